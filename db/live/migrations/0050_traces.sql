-- What migrations before this one have written of operators is chained first: an index waits for nothing.
SET CONSTRAINTS ALL IMMEDIATE;--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "dead_letters_trace" ON "dead_letters" USING btree ("trace_id");--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "gift_failures_trace" ON "gift_failures" USING brin ("trace_id" text_bloom_ops) WITH (autosummarize=true);--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "gift_records_trace" ON "gift_records" USING brin ("trace_id" text_bloom_ops) WITH (autosummarize=true);--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "operator_actions_trace" ON "operator_actions" USING btree ("trace_id");--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "rain_claims_trace" ON "rain_claims" USING brin ("trace_id" text_bloom_ops) WITH (autosummarize=true);--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "rains_trace" ON "rains" USING btree ("trace_id");--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "payment_callbacks_trace" ON "payment_callbacks" USING btree ("trace_id");--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "payment_callbacks_payment" ON "payment_callbacks" USING btree ("payment_id");--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "recharge_orders_trace" ON "recharge_orders" USING btree ("trace_id");--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "gift_refunds_trace" ON "gift_refunds" USING btree ("trace_id");