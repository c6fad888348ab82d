import type { LiveDb } from "@/db/client";
import { arrayLiteral } from "@/db/pg-array";
import { inTransaction } from "@/db/transaction";
import { CALENDAR_UTC_OFFSET_MINUTES } from "@/domain/rules/calendar";
import { markOfGift, nextGifts } from "../ledger/gift-feed";
import { reachedUs } from "./reached-at";
import { raiseBoardVersions } from "./room-boards";

/** What one sender has given in a room, after the newest gifts, and since when. Sums are coins, moments as `reachedUs`. */
export interface SupporterSums {
  roomId: string;
  senderId: string;
  anonymous: boolean;
  allCoins: number;
  allReachedUs: number;
  day: string;
  dayCoins: number;
  dayReachedUs: number;
  week: string;
  weekCoins: number;
  weekReachedUs: number;
  sessionId: string;
  sessionCoins: number;
  sessionReachedUs: number;
}

interface SumsRow {
  room_id: string;
  sender_id: string;
  anonymous: boolean;
  all_coins: string;
  all_reached_us: string;
  day: string;
  day_coins: string;
  day_reached_us: string;
  week: string;
  week_coins: string;
  week_reached_us: string;
  session_id: string;
  session_coins: string;
  session_reached_us: string;
}

/**
 * Adds the gifts after each bucket's cursor to what their senders have given, at most `limitPerBucket` a bucket, and
 * moves the cursors. Gapless numbers that become visible in order make this exact: each gift is counted once, whatever
 * crashes. A bucket that another process is counting is passed over.
 *
 * `beforeCommit` gets the new sums and the versions that the sums of their rooms have with them; when it throws nothing is counted. What it did with them needs no undoing, because
 * the same gifts are counted again to the same sums or larger ones.
 *
 * A late gift of an earlier day, week or session leaves the sums of the later one alone.
 * Locks: supporter_cursors by bucket, then room_supporters (a sender's rows belong to one bucket), then room_boards by room.
 *
 * @returns whether some bucket has more than was counted.
 */
export async function countSupporters(
  db: LiveDb,
  input: { buckets: readonly number[]; limitPerBucket: number },
  beforeCommit: (sums: readonly SupporterSums[], versions: ReadonlyMap<string, number>) => Promise<void>,
): Promise<{ more: boolean }> {
  const { buckets, limitPerBucket } = input;
  return await inTransaction(db.sql, async (tx) => {
    // The sums follow from the gifts: a crash that loses this commit costs counting them again.
    await tx`SET LOCAL synchronous_commit = off`;
    const rows = await tx<(SumsRow & { most_read: string })[]>`
      WITH cursors AS (
        SELECT c.bucket, c.last_seq FROM supporter_cursors c JOIN gift_buckets b USING (bucket)
        WHERE c.bucket = ANY(${arrayLiteral(buckets)}::smallint[]) AND b.last_seq > c.last_seq
        ORDER BY c.bucket FOR UPDATE OF c SKIP LOCKED
      ), counted AS MATERIALIZED (
        SELECT r.bucket, r.seq, r.room_id, r.sender_id, r.anonymous, r.session_id, r.total_coins, ${reachedUs(tx)} AS reached_us,
          ((r.sent_at AT TIME ZONE 'UTC') + ${CALENDAR_UTC_OFFSET_MINUTES}::int * interval '1 minute')::date AS day
        FROM cursors c CROSS JOIN LATERAL (${nextGifts(tx, limitPerBucket)}) r
      ), reached AS (
        SELECT bucket, max(seq) AS seq, count(*) AS gifts FROM counted GROUP BY bucket
      ), moved AS (
        UPDATE supporter_cursors c SET last_seq = r.seq, last_gift = ${markOfGift(tx)}
        FROM reached JOIN gift_records r USING (bucket, seq) WHERE c.bucket = r.bucket
      ), by_period AS (
        SELECT c.room_id, c.sender_id, c.anonymous, c.session_id, c.day, date_trunc('week', c.day)::date AS week,
          coalesce(s.started_at, 'epoch') AS started_at, sum(c.total_coins) AS coins, max(c.reached_us) AS reached_us
        FROM counted c LEFT JOIN room_sessions s ON s.id = c.session_id
        GROUP BY c.room_id, c.sender_id, c.anonymous, c.session_id, c.day, s.started_at
      ), ranked AS (
        SELECT *, max(day) OVER sender AS last_day, max(week) OVER sender AS last_week,
          first_value(session_id) OVER (sender ORDER BY started_at DESC, session_id) AS last_session_id
        FROM by_period WINDOW sender AS (PARTITION BY room_id, sender_id, anonymous)
      ), given AS (
        SELECT room_id, sender_id, anonymous, sum(coins) AS all_coins, max(reached_us) AS all_reached_us,
          max(day) AS day, sum(coins) FILTER (WHERE day = last_day) AS day_coins,
          max(reached_us) FILTER (WHERE day = last_day) AS day_reached_us,
          max(week) AS week, sum(coins) FILTER (WHERE week = last_week) AS week_coins,
          max(reached_us) FILTER (WHERE week = last_week) AS week_reached_us,
          last_session_id AS session_id, max(started_at) AS session_started_at,
          sum(coins) FILTER (WHERE session_id = last_session_id) AS session_coins,
          max(reached_us) FILTER (WHERE session_id = last_session_id) AS session_reached_us
        FROM ranked GROUP BY room_id, sender_id, anonymous, last_session_id
        ORDER BY room_id, sender_id, anonymous
      )
      INSERT INTO room_supporters AS t (room_id, sender_id, anonymous, all_coins, all_reached_us, day, day_coins,
        day_reached_us, week, week_coins, week_reached_us, session_id, session_started_at, session_coins, session_reached_us)
      SELECT room_id, sender_id, anonymous, all_coins, all_reached_us, day, day_coins, day_reached_us, week, week_coins,
        week_reached_us, session_id, session_started_at, session_coins, session_reached_us FROM given
      ON CONFLICT (room_id, sender_id, anonymous) DO UPDATE SET
        all_coins = t.all_coins + excluded.all_coins,
        all_reached_us = greatest(t.all_reached_us, excluded.all_reached_us),
        day = greatest(t.day, excluded.day),
        day_coins = CASE WHEN t.day > excluded.day THEN t.day_coins
          WHEN t.day = excluded.day THEN t.day_coins + excluded.day_coins ELSE excluded.day_coins END,
        day_reached_us = CASE WHEN t.day > excluded.day THEN t.day_reached_us
          WHEN t.day = excluded.day THEN greatest(t.day_reached_us, excluded.day_reached_us) ELSE excluded.day_reached_us END,
        week = greatest(t.week, excluded.week),
        week_coins = CASE WHEN t.week > excluded.week THEN t.week_coins
          WHEN t.week = excluded.week THEN t.week_coins + excluded.week_coins ELSE excluded.week_coins END,
        week_reached_us = CASE WHEN t.week > excluded.week THEN t.week_reached_us
          WHEN t.week = excluded.week THEN greatest(t.week_reached_us, excluded.week_reached_us) ELSE excluded.week_reached_us END,
        session_id = CASE WHEN t.session_started_at < excluded.session_started_at THEN excluded.session_id ELSE t.session_id END,
        session_started_at = greatest(t.session_started_at, excluded.session_started_at),
        session_coins = CASE WHEN t.session_id = excluded.session_id THEN t.session_coins + excluded.session_coins
          WHEN t.session_started_at < excluded.session_started_at THEN excluded.session_coins ELSE t.session_coins END,
        session_reached_us = CASE
          WHEN t.session_id = excluded.session_id THEN greatest(t.session_reached_us, excluded.session_reached_us)
          WHEN t.session_started_at < excluded.session_started_at THEN excluded.session_reached_us ELSE t.session_reached_us END
      RETURNING t.room_id, t.sender_id, t.anonymous, t.all_coins, t.all_reached_us, t.day::text, t.day_coins,
        t.day_reached_us, t.week::text, t.week_coins, t.week_reached_us, t.session_id, t.session_coins,
        t.session_reached_us, (SELECT max(gifts) FROM reached) AS most_read`;
    const sums = rows.map(toSums);
    const versions = await raiseBoardVersions(
      tx,
      sums.map(({ roomId }) => roomId),
      1,
    );
    await beforeCommit(sums, versions);
    return { more: Number(rows[0]?.most_read ?? 0) >= limitPerBucket };
  });
}

function toSums(row: SumsRow): SupporterSums {
  return {
    roomId: row.room_id,
    senderId: row.sender_id,
    anonymous: row.anonymous,
    allCoins: Number(row.all_coins),
    allReachedUs: Number(row.all_reached_us),
    day: row.day,
    dayCoins: Number(row.day_coins),
    dayReachedUs: Number(row.day_reached_us),
    week: row.week,
    weekCoins: Number(row.week_coins),
    weekReachedUs: Number(row.week_reached_us),
    sessionId: row.session_id,
    sessionCoins: Number(row.session_coins),
    sessionReachedUs: Number(row.session_reached_us),
  };
}
