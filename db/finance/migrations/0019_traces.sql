-- What migrations before this one have written of operators is chained first: an index waits for nothing.
SET CONSTRAINTS ALL IMMEDIATE;--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "operator_actions_trace" ON "operator_actions" USING btree ("trace_id");--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "payout_callbacks_trace" ON "payout_callbacks" USING btree ("trace_id");--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "payout_callbacks_payout" ON "payout_callbacks" USING btree ("payout_id");--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "withdrawal_events_trace" ON "withdrawal_events" USING btree ("trace_id");--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "withdrawals_trace" ON "withdrawals" USING btree ("trace_id");