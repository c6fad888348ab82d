CREATE TABLE "recount_cursors" (
	"bucket" smallint PRIMARY KEY NOT NULL,
	"last_seq" bigint DEFAULT 0 NOT NULL,
	"last_gift" text
);
--> statement-breakpoint
CREATE TABLE "recount_gift_hour" (
	"hour" timestamp with time zone NOT NULL,
	"anchor_id" uuid NOT NULL,
	"anchor_gender" text NOT NULL,
	"viewer_gender" text NOT NULL,
	"gifts" bigint NOT NULL,
	"coins" bigint NOT NULL,
	"gross_fen" bigint NOT NULL,
	CONSTRAINT "recount_gift_hour_key" PRIMARY KEY("hour","anchor_id","anchor_gender","viewer_gender")
);
--> statement-breakpoint
CREATE TABLE "recount_gift_pair_hour" (
	"hour" timestamp with time zone NOT NULL,
	"anchor_id" uuid NOT NULL,
	"viewer_id" uuid NOT NULL,
	"anchor_gender" text NOT NULL,
	"viewer_gender" text NOT NULL,
	"gifts" bigint NOT NULL,
	"coins" bigint NOT NULL,
	CONSTRAINT "recount_gift_pair_hour_key" PRIMARY KEY("hour","anchor_id","viewer_id","anchor_gender","viewer_gender")
);
--> statement-breakpoint
CREATE TABLE "recount_refund_cursor" (
	"id" smallint PRIMARY KEY NOT NULL,
	"last_seq" bigint DEFAULT 0 NOT NULL,
	"last_refund" text,
	CONSTRAINT "recount_refund_cursor_one_row" CHECK ("recount_refund_cursor"."id" = 1)
);
--> statement-breakpoint
CREATE TABLE "recount_viewer_day" (
	"day" date NOT NULL,
	"viewer_id" uuid NOT NULL,
	"gifts" bigint NOT NULL,
	"coins" bigint NOT NULL,
	"first_at" timestamp with time zone NOT NULL,
	"last_at" timestamp with time zone NOT NULL,
	CONSTRAINT "recount_viewer_day_key" PRIMARY KEY("day","viewer_id")
);
--> statement-breakpoint
ALTER TABLE "analytics_job" ADD COLUMN "counted_to" timestamp with time zone;--> statement-breakpoint
CREATE INDEX "recount_viewer_day_viewer" ON "recount_viewer_day" USING btree ("viewer_id","day");--> statement-breakpoint
CREATE INDEX "analytics_runs_by_clock" ON "analytics_runs" USING btree ("created_at") WHERE requested_by IS NULL;
--> statement-breakpoint
INSERT INTO recount_cursors (bucket) SELECT generate_series(0, 63);
--> statement-breakpoint
INSERT INTO recount_refund_cursor (id) VALUES (1);
--> statement-breakpoint
-- Hour rows are added to again and again: room on their pages keeps that cheap.
ALTER TABLE recount_gift_hour SET (fillfactor = 70);
--> statement-breakpoint
ALTER TABLE recount_gift_pair_hour SET (fillfactor = 70);
--> statement-breakpoint
ALTER TABLE recount_viewer_day SET (fillfactor = 70);
