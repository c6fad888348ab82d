-- taken away: all of it is counted anew from gifts and refunds into tables of another shape
DROP TABLE "gift_hour" CASCADE;--> statement-breakpoint
DROP TABLE "gift_pair_hour" CASCADE;--> statement-breakpoint
DROP TABLE "viewer_day" CASCADE;--> statement-breakpoint
DROP TABLE "recount_gift_hour" CASCADE;--> statement-breakpoint
DROP TABLE "recount_gift_pair_hour" CASCADE;--> statement-breakpoint
DROP TABLE "recount_viewer_day" CASCADE;
--> statement-breakpoint
UPDATE "analytics_cursors" SET last_seq = 0, last_gift = NULL;--> statement-breakpoint
UPDATE "analytics_refund_cursor" SET last_seq = 0, last_refund = NULL;--> statement-breakpoint
UPDATE "recount_cursors" SET last_seq = 0, last_gift = NULL;--> statement-breakpoint
UPDATE "recount_refund_cursor" SET last_seq = 0, last_refund = NULL;--> statement-breakpoint
-- Nobody who still holds the job goes on with it.
UPDATE "analytics_job" SET fence = fence + 1, holder = NULL, lease_until = 'epoch', counted_to = NULL;--> statement-breakpoint
-- Counted by the first worker that looks, not at the clock's next turn.
INSERT INTO "analytics_runs" (status) SELECT 'requested' WHERE EXISTS (SELECT 1 FROM "analytics_runs")
ON CONFLICT ((true)) WHERE status IN ('requested', 'running') DO NOTHING;
