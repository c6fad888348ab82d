ALTER TABLE "room_supporters" ADD COLUMN "all_reached_us" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "room_supporters" ADD COLUMN "day_reached_us" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "room_supporters" ADD COLUMN "week_reached_us" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "room_supporters" ADD COLUMN "session_reached_us" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
-- What is counted already: the latest gift or refund of each sum. Nobody counts meanwhile, for this table is locked by now.
WITH gifts AS (
  SELECT r.room_id, r.sender_id, r.anonymous, r.session_id,
    greatest((extract(epoch FROM r.sent_at) * 1000000)::bigint
        + least(999, extract(epoch FROM r.created_at - r.sent_at) * 1000)::bigint,
      (extract(epoch FROM f.created_at) * 1000000)::bigint) AS reached_us,
    ((r.sent_at AT TIME ZONE 'UTC') + interval '480 minutes')::date AS day
  FROM gift_records r JOIN supporter_cursors c ON c.bucket = r.bucket AND r.seq <= c.last_seq
  LEFT JOIN gift_refunds f ON f.gift_order_id = r.gift_order_id AND f.sender_id = r.sender_id
    AND f.refund_seq <= (SELECT last_seq FROM supporter_refund_cursor)
), latest AS (
  SELECT s.room_id, s.sender_id, s.anonymous, max(g.reached_us) AS all_reached_us,
    max(g.reached_us) FILTER (WHERE g.day = s.day) AS day_reached_us,
    max(g.reached_us) FILTER (WHERE date_trunc('week', g.day)::date = s.week) AS week_reached_us,
    max(g.reached_us) FILTER (WHERE g.session_id = s.session_id) AS session_reached_us
  FROM room_supporters s JOIN gifts g USING (room_id, sender_id, anonymous)
  GROUP BY s.room_id, s.sender_id, s.anonymous
)
UPDATE room_supporters s SET all_reached_us = coalesce(l.all_reached_us, 0), day_reached_us = coalesce(l.day_reached_us, 0),
  week_reached_us = coalesce(l.week_reached_us, 0), session_reached_us = coalesce(l.session_reached_us, 0)
FROM latest l WHERE s.room_id = l.room_id AND s.sender_id = l.sender_id AND s.anonymous = l.anonymous;--> statement-breakpoint
-- A process of before must not count without them: it fails, and the gifts wait for one that knows them.
ALTER TABLE "room_supporters" ALTER COLUMN "all_reached_us" DROP DEFAULT;--> statement-breakpoint
ALTER TABLE "room_supporters" ALTER COLUMN "day_reached_us" DROP DEFAULT;--> statement-breakpoint
ALTER TABLE "room_supporters" ALTER COLUMN "week_reached_us" DROP DEFAULT;--> statement-breakpoint
ALTER TABLE "room_supporters" ALTER COLUMN "session_reached_us" DROP DEFAULT;
