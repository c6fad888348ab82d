CREATE TABLE "analytics_cursors" (
	"bucket" smallint PRIMARY KEY NOT NULL,
	"last_seq" bigint DEFAULT 0 NOT NULL,
	"last_gift" text
);
--> statement-breakpoint
CREATE TABLE "analytics_job" (
	"id" smallint PRIMARY KEY NOT NULL,
	"fence" bigint DEFAULT 0 NOT NULL,
	"holder" text,
	"lease_until" timestamp with time zone DEFAULT 'epoch' NOT NULL,
	CONSTRAINT "analytics_job_one_row" CHECK ("analytics_job"."id" = 1)
);
--> statement-breakpoint
CREATE TABLE "analytics_refund_cursor" (
	"id" smallint PRIMARY KEY NOT NULL,
	"last_seq" bigint DEFAULT 0 NOT NULL,
	"last_refund" text,
	CONSTRAINT "analytics_refund_cursor_one_row" CHECK ("analytics_refund_cursor"."id" = 1)
);
--> statement-breakpoint
CREATE TABLE "analytics_runs" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "analytics_runs_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"status" text NOT NULL,
	"requested_by" uuid,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"started_at" timestamp with time zone,
	"ended_at" timestamp with time zone,
	"node" text,
	"takeovers" integer DEFAULT 0 NOT NULL,
	"rows" bigint DEFAULT 0 NOT NULL,
	"waiting" bigint DEFAULT 0 NOT NULL,
	"cursors_before" jsonb,
	"cursors_after" jsonb,
	"checksum" jsonb,
	"checksum_ok" boolean,
	"cutoffs" jsonb,
	"error" text
);
--> statement-breakpoint
CREATE TABLE "gift_hour" (
	"hour" timestamp with time zone NOT NULL,
	"anchor_id" uuid NOT NULL,
	"anchor_gender" text NOT NULL,
	"viewer_gender" text NOT NULL,
	"gifts" bigint NOT NULL,
	"coins" bigint NOT NULL,
	"gross_fen" bigint NOT NULL,
	CONSTRAINT "gift_hour_key" PRIMARY KEY("hour","anchor_id","anchor_gender","viewer_gender")
);
--> statement-breakpoint
CREATE TABLE "gift_pair_hour" (
	"hour" timestamp with time zone NOT NULL,
	"anchor_id" uuid NOT NULL,
	"viewer_id" uuid NOT NULL,
	"anchor_gender" text NOT NULL,
	"viewer_gender" text NOT NULL,
	"gifts" bigint NOT NULL,
	"coins" bigint NOT NULL,
	CONSTRAINT "gift_pair_hour_key" PRIMARY KEY("hour","anchor_id","viewer_id","anchor_gender","viewer_gender")
);
--> statement-breakpoint
CREATE TABLE "viewer_day" (
	"day" date NOT NULL,
	"viewer_id" uuid NOT NULL,
	"gifts" bigint NOT NULL,
	"coins" bigint NOT NULL,
	"first_at" timestamp with time zone NOT NULL,
	"last_at" timestamp with time zone NOT NULL,
	CONSTRAINT "viewer_day_key" PRIMARY KEY("day","viewer_id")
);
--> statement-breakpoint
CREATE TABLE "viewer_profiles" (
	"span" text NOT NULL,
	"viewer_id" uuid NOT NULL,
	"gifts" bigint NOT NULL,
	"coins" bigint NOT NULL,
	"percentile" double precision NOT NULL,
	"tier" text NOT NULL,
	"run_id" bigint NOT NULL,
	"computed_at" timestamp with time zone NOT NULL,
	CONSTRAINT "viewer_profiles_key" PRIMARY KEY("span","viewer_id")
);
--> statement-breakpoint
CREATE TABLE "viewer_tier_changes" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "viewer_tier_changes_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"span" text NOT NULL,
	"viewer_id" uuid NOT NULL,
	"from_tier" text NOT NULL,
	"to_tier" text NOT NULL,
	"coins" bigint NOT NULL,
	"run_id" bigint NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX "analytics_runs_one_open" ON "analytics_runs" USING btree ((true)) WHERE status IN ('requested', 'running');--> statement-breakpoint
CREATE INDEX "viewer_day_viewer" ON "viewer_day" USING btree ("viewer_id","day");--> statement-breakpoint
CREATE INDEX "viewer_profiles_rank" ON "viewer_profiles" USING btree ("span","coins" DESC NULLS LAST,"viewer_id");--> statement-breakpoint
CREATE INDEX "viewer_tier_changes_viewer" ON "viewer_tier_changes" USING btree ("viewer_id","id");
--> statement-breakpoint
INSERT INTO analytics_cursors (bucket) SELECT generate_series(0, 63);
--> statement-breakpoint
INSERT INTO analytics_refund_cursor (id) VALUES (1);
--> statement-breakpoint
INSERT INTO analytics_job (id) VALUES (1);
--> statement-breakpoint
-- Hour rows are added to again and again: room on their pages keeps that cheap.
ALTER TABLE gift_hour SET (fillfactor = 70);
--> statement-breakpoint
ALTER TABLE gift_pair_hour SET (fillfactor = 70);
--> statement-breakpoint
ALTER TABLE viewer_day SET (fillfactor = 70);
--> statement-breakpoint
-- How somebody's tier changed is history.
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON viewer_tier_changes
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
--> statement-breakpoint
ALTER TABLE viewer_tier_changes ENABLE ALWAYS TRIGGER append_only;
