CREATE TABLE "room_tag_facts" (
	"room_id" uuid NOT NULL,
	"valid_from" timestamp with time zone NOT NULL,
	"tag_ids" uuid[] NOT NULL,
	CONSTRAINT "room_tag_facts_from" PRIMARY KEY("room_id","valid_from")
);
--> statement-breakpoint
CREATE TABLE "watch_day_marks" (
	"day" date PRIMARY KEY NOT NULL,
	"mark" uuid NOT NULL
);
--> statement-breakpoint
CREATE TABLE "watch_days" (
	"day" date NOT NULL,
	"room_id" uuid NOT NULL,
	"visitor_id" uuid NOT NULL,
	"watched_ms" bigint NOT NULL,
	CONSTRAINT "watch_days_key" PRIMARY KEY("day","room_id","visitor_id")
);
--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "plain_lobby" boolean DEFAULT false NOT NULL;--> statement-breakpoint
CREATE INDEX "room_tag_facts_latest" ON "room_tag_facts" USING btree ("valid_from");--> statement-breakpoint
-- Of visits so far only their sum is known: it counts on the day on which they ended. Days are those of the calendar at +08:00.
INSERT INTO "watch_days" (day, room_id, visitor_id, watched_ms)
SELECT (v.left_at AT TIME ZONE 'UTC' + interval '8 hours')::date, s.room_id, v.visitor_id, sum(v.watched_ms)
FROM "visits" v JOIN "room_sessions" s ON s.id = v.session_id WHERE NOT v.is_guest GROUP BY 1, 2, 3;
--> statement-breakpoint
INSERT INTO "watch_day_marks" (day, mark) SELECT day, gen_random_uuid() FROM (SELECT DISTINCT day FROM "watch_days") AS d;
--> statement-breakpoint
-- What rooms were about before is not known: as far as we know, what they are about now.
INSERT INTO "room_tag_facts" (room_id, valid_from, tag_ids)
SELECT room_id, 'epoch', array_agg(tag_id ORDER BY place) FROM "room_tags" GROUP BY room_id;
--> statement-breakpoint
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON "room_tag_facts"
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
--> statement-breakpoint
ALTER TABLE "room_tag_facts" ENABLE ALWAYS TRIGGER append_only;
