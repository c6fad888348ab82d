CREATE TABLE "room_presence" (
	"room_id" uuid NOT NULL,
	"visitor_id" uuid NOT NULL,
	"is_guest" boolean NOT NULL,
	"part" smallint NOT NULL,
	"since" timestamp with time zone NOT NULL,
	CONSTRAINT "room_presence_room_id_visitor_id_pk" PRIMARY KEY("room_id","visitor_id")
);
--> statement-breakpoint
CREATE TABLE "visit_cursors" (
	"part" smallint PRIMARY KEY NOT NULL,
	"last_visit" text NOT NULL,
	"agreed_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "visits" (
	"session_id" uuid NOT NULL,
	"visitor_id" uuid NOT NULL,
	"is_guest" boolean NOT NULL,
	"entered_at" timestamp with time zone NOT NULL,
	"left_at" timestamp with time zone NOT NULL,
	"watched_ms" bigint NOT NULL,
	CONSTRAINT "visits_session_id_visitor_id_pk" PRIMARY KEY("session_id","visitor_id")
);
--> statement-breakpoint
ALTER TABLE "room_sessions" ADD COLUMN "viewers" integer;--> statement-breakpoint
ALTER TABLE "room_sessions" ADD COLUMN "watched_ms" bigint;--> statement-breakpoint
ALTER TABLE "room_sessions" ADD COLUMN "visits_counted" boolean DEFAULT false NOT NULL;--> statement-breakpoint
CREATE INDEX "room_presence_part" ON "room_presence" USING btree ("part","room_id");--> statement-breakpoint
CREATE INDEX "visits_visitor" ON "visits" USING btree ("visitor_id","left_at");--> statement-breakpoint
CREATE INDEX "room_sessions_uncounted" ON "room_sessions" USING btree ("ended_at") WHERE NOT visits_counted AND ended_at IS NOT NULL;--> statement-breakpoint
-- Nobody counted who watched what is over.
UPDATE room_sessions SET visits_counted = true WHERE ended_at IS NOT NULL;
