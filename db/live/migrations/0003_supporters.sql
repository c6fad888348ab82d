CREATE TABLE "room_supporters" (
	"room_id" uuid NOT NULL,
	"sender_id" uuid NOT NULL,
	"anonymous" boolean NOT NULL,
	"all_coins" bigint NOT NULL,
	"day" date NOT NULL,
	"day_coins" bigint NOT NULL,
	"week" date NOT NULL,
	"week_coins" bigint NOT NULL,
	"session_id" uuid NOT NULL,
	"session_started_at" timestamp with time zone NOT NULL,
	"session_coins" bigint NOT NULL,
	CONSTRAINT "room_supporters_key" PRIMARY KEY("room_id","sender_id","anonymous")
);
--> statement-breakpoint
CREATE TABLE "supporter_cursors" (
	"bucket" smallint PRIMARY KEY NOT NULL,
	"last_seq" bigint DEFAULT 0 NOT NULL
);
--> statement-breakpoint
-- A cursor for each of the 64 buckets, and room on pages for heap-only updates.
INSERT INTO supporter_cursors (bucket) SELECT generate_series(0, 63);
--> statement-breakpoint
ALTER TABLE supporter_cursors SET (fillfactor = 10);
--> statement-breakpoint
ALTER TABLE room_supporters SET (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05);
