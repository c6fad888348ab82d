import type { LiveDb } from "@/db/client";
import { arrayLiteral } from "@/db/pg-array";
import type { GiftFailureReason, GiftOrigin } from "@/domain/contracts/gift";

/**
 * Gift orders, newest first, without an index of their own: several walks over keys that the debit keeps anyway, whose
 * rows are merged by time. A walk looks through a bounded number of rows at a time, however few of them match.
 *
 * - `b<bucket>`: paid gifts of a bucket by their gapless number; its position is a number.
 * - `s<sender>`: paid gifts of a sender by the number of their trade.
 * - `a<anchor>`: paid gifts of an anchor by time; its position is `<ms>|<bucket>|<number>`.
 * - `f`, `f<sender>`: failed orders by time; the position is `<ms>|<order>|<sender>`.
 * - `r`: refunds by their gapless number.
 */
export interface Walk {
  key: string;
  /** Rows at or above it were shown. */
  below: string;
}

export interface WalkRow extends GiftOrigin {
  below: string;
  /** When it was paid, failed or, of the walk over refunds, given back. */
  at: Date;
  giftOrderId: string;
  senderId: string;
  anchorId: string;
  roomId: string;
  giftId: string;
  count: number;
  totalCoins: number;
  traceId: string;
  sentAt: Date;
  bookedAt: Date;
  refundedAt: Date | null;
  reason: GiftFailureReason | null;
}

/** What one look of a walk found, newest first; `floor` is how far it looked, null at the walk's end. */
export interface WalkLook {
  rows: WalkRow[];
  floor: { below: string; at: Date } | null;
}

export interface OrderFilter {
  status?: "settled" | "failed" | "refunded";
  giftId?: string;
  senderIds?: readonly string[];
  anchorIds?: readonly string[];
  coinsMin?: number;
  coinsMax?: number;
  /** From then on, and before then: when it was paid, failed or, of refunds, given back. */
  from?: Date;
  to?: Date;
}

/** Rows that one look at a bucket goes through at most; of the other walks, which are few, more. */
const BUCKET_LOOK_ROWS = 2_000;
const LOOK_ROWS = 10_000;
/** A transaction writes its gifts with the time at which it began and may have waited for its bucket since. */
const DISORDER_MS = 5 * 60_000;
const END_OF_TIME_MS = Date.UTC(9999, 11, 31);

const ORDER = (sql: LiveDb["sql"]) => sql`
  g.gift_order_id AS "giftOrderId", g.sender_id AS "senderId", g.anchor_id AS "anchorId", g.room_id AS "roomId",
  g.gift_id AS "giftId", g.count, g.total_coins AS "totalCoins", g.trace_id AS "traceId", g.sent_at AS "sentAt",
  g.created_at AS "bookedAt"`;

const ORIGIN = (sql: LiveDb["sql"]) => sql`g.source, g.unit`;

/** What an order has to be, as conditions on `g`; `at` is the time that the bounds are about. */
function matching(sql: LiveDb["sql"], filter: OrderFilter, at = sql`g.created_at`) {
  const { giftId, senderIds, anchorIds, coinsMin, coinsMax, from, to } = filter;
  return sql`
    ${giftId === undefined ? sql`` : sql`AND g.gift_id = ${giftId}`}
    ${senderIds ? sql`AND g.sender_id = ANY(${arrayLiteral(senderIds)}::uuid[])` : sql``}
    ${anchorIds ? sql`AND g.anchor_id = ANY(${arrayLiteral(anchorIds)}::uuid[])` : sql``}
    ${coinsMin === undefined ? sql`` : sql`AND g.total_coins >= ${coinsMin}`}
    ${coinsMax === undefined ? sql`` : sql`AND g.total_coins <= ${coinsMax}`}
    ${from ? sql`AND ${at} >= ${from}` : sql``}
    ${to ? sql`AND ${at} < ${to}` : sql``}`;
}

/** Where the walks begin that find what the filter asks for. */
export async function beginWalks(db: LiveDb, filter: OrderFilter): Promise<Walk[]> {
  const { status, senderIds, anchorIds, to } = filter;
  const top = "9".repeat(18);
  const topMs = to?.getTime() ?? END_OF_TIME_MS;
  if (status === "refunded") return [{ key: "r", below: top }];
  const failed = `${topMs}|${"0".repeat(8)}-0000-0000-0000-${"0".repeat(12)}|${"0".repeat(8)}-0000-0000-0000-${"0".repeat(12)}`;
  const failures =
    status === "settled" ? [] : (senderIds ?? [""]).map((id) => ({ key: `f${id}`, below: failed }));
  if (status === "failed") return failures;
  if (senderIds) return [...senderIds.map((id) => ({ key: `s${id}`, below: top })), ...failures];
  if (anchorIds) return [...anchorIds.map((id) => ({ key: `a${id}`, below: `${topMs}|-1|0` })), ...failures];
  return [...(await beginBuckets(db, to)), ...failures];
}

/**
 * Above the newest gift of each bucket, or above all that were paid before `to`: found by halving, as the numbers have no
 * gap and times grow along them but for the disorder of a transaction's length.
 */
async function beginBuckets({ sql }: LiveDb, to: Date | undefined): Promise<Walk[]> {
  const before = to && new Date(to.getTime() + DISORDER_MS);
  const rows = before
    ? await sql<{ bucket: number; below: string }[]>`
        WITH RECURSIVE halved AS (
          SELECT bucket, 0::bigint AS low, last_seq + 1 AS high FROM gift_buckets WHERE last_seq > 0
          UNION ALL
          SELECT h.bucket, CASE WHEN m.created_at < ${before} THEN m.seq ELSE h.low END,
            CASE WHEN m.created_at < ${before} THEN h.high ELSE m.seq END
          FROM halved h CROSS JOIN LATERAL (
            SELECT seq, created_at FROM gift_records WHERE bucket = h.bucket AND seq = (h.low + h.high) / 2) m
          WHERE h.high - h.low > 1
        )
        SELECT bucket, min(high)::text AS below FROM halved GROUP BY bucket ORDER BY bucket`
    : await sql<{ bucket: number; below: string }[]>`
        SELECT bucket, (last_seq + 1)::text AS below FROM gift_buckets WHERE last_seq > 0 ORDER BY bucket`;
  return rows.map(({ bucket, below }) => ({ key: `b${bucket}`, below }));
}

type LookRow = Omit<WalkRow, "totalCoins"> & { key: string; totalCoins: string };
type FloorRow = { key: string; below: string; at: Date };

/** Looks on along each walk, for at most `limit` rows of each. In the order of the walks. */
export async function lookAlong(
  db: LiveDb,
  walks: readonly Walk[],
  filter: OrderFilter,
  limit: number,
): Promise<WalkLook[]> {
  const ofKind = (kind: string) => walks.filter(({ key }) => key.startsWith(kind));
  const looks = [
    [ofKind("b"), lookAtBuckets],
    [ofKind("s"), lookAtSenders],
    [ofKind("a"), lookAtAnchors],
    [ofKind("f"), lookAtFailures],
    [ofKind("r"), lookAtRefunds],
  ] as const;
  const found = new Map<string, WalkLook>(walks.map(({ key }) => [key, { rows: [], floor: null }]));
  await Promise.all(
    looks.map(async ([these, look]) => {
      if (these.length === 0) return;
      const { rows, floors } = await look(db, these, filter, limit);
      for (const { key, ...row } of rows)
        found.get(key)?.rows.push({ ...row, totalCoins: Number(row.totalCoins) });
      for (const { key, ...floor } of floors) {
        const walk = found.get(key);
        const isBeyond = filter.from && floor.at.getTime() < filter.from.getTime() - DISORDER_MS;
        if (walk && !isBeyond) walk.floor = floor;
      }
      for (const { key } of these) {
        const walk = found.get(key);
        const last = walk?.rows.at(-1);
        // It stopped because it had enough.
        if (walk && last && walk.rows.length === limit) walk.floor = { below: last.below, at: last.at };
      }
    }),
  );
  return walks.map(({ key }) => found.get(key) ?? { rows: [], floor: null });
}

type Look = (
  db: LiveDb,
  walks: readonly Walk[],
  filter: OrderFilter,
  limit: number,
) => Promise<{ rows: LookRow[]; floors: FloorRow[] }>;

const numbers = (walks: readonly Walk[]) => arrayLiteral(walks.map(({ below }) => below));
const ids = (walks: readonly Walk[]) => arrayLiteral(walks.map(({ key }) => key.slice(1)));
/** The n-th part of each position; the first is a time. */
const part = (walks: readonly Walk[], n: number) =>
  arrayLiteral(walks.map(({ below }) => below.split("|")[n] ?? ""));
const times = (walks: readonly Walk[]) =>
  arrayLiteral(walks.map(({ below }) => new Date(Number(below.split("|")[0])).toISOString()));
/**
 * When a gift was given back. Asked for each row by itself: as a join it would be planned for all rows that are looked
 * through, of which few are shown.
 */
const REFUND_OF = (sql: LiveDb["sql"]) => sql`
  (SELECT f.created_at FROM gift_refunds f WHERE f.gift_order_id = g.gift_order_id AND f.sender_id = g.sender_id)`;
const unlessRefunded = (sql: LiveDb["sql"], { status }: OrderFilter) =>
  status === "settled" ? sql`AND ${REFUND_OF(sql)} IS NULL` : sql``;

const lookAtBuckets: Look = async ({ sql }, walks, filter, limit) => {
  const from = sql`unnest(${ids(walks)}::smallint[], ${numbers(walks)}::bigint[]) AS p(bucket, below)`;
  const [rows, floors] = await Promise.all([
    sql<LookRow[]>`
      SELECT 'b' || p.bucket AS key, w.* FROM ${from} CROSS JOIN LATERAL (
        SELECT g.seq::text AS below, g.created_at AS at, ${ORDER(sql)}, ${REFUND_OF(sql)} AS "refundedAt", NULL AS reason, ${ORIGIN(sql)}
        FROM gift_records g
        WHERE g.bucket = p.bucket AND g.seq < p.below AND g.seq >= p.below - ${BUCKET_LOOK_ROWS}
          ${matching(sql, filter)} ${unlessRefunded(sql, filter)}
        ORDER BY g.seq DESC LIMIT ${limit}) w`,
    sql<FloorRow[]>`
      SELECT 'b' || p.bucket AS key, g.seq::text AS below, g.created_at AS at
      FROM ${from} JOIN gift_records g ON g.bucket = p.bucket AND g.seq = p.below - ${BUCKET_LOOK_ROWS}`,
  ]);
  return { rows, floors };
};

const lookAtSenders: Look = async ({ sql }, walks, filter, limit) => {
  const from = sql`unnest(${ids(walks)}::uuid[], ${numbers(walks)}::bigint[]) AS p(id, below)`;
  const sent = sql`
    SELECT id, biz_id, created_at FROM trades
    WHERE account_id = p.id AND trade_type = 'gift' AND trades.id < p.below ORDER BY trades.id DESC`;
  const [rows, floors] = await Promise.all([
    sql<LookRow[]>`
      SELECT 's' || p.id AS key, w.* FROM ${from} CROSS JOIN LATERAL (
        SELECT t.id::text AS below, g.created_at AS at, ${ORDER(sql)}, ${REFUND_OF(sql)} AS "refundedAt", NULL AS reason, ${ORIGIN(sql)}
        FROM (${sent} LIMIT ${LOOK_ROWS}) t CROSS JOIN LATERAL (
          SELECT * FROM gift_records WHERE gift_order_id = t.biz_id AND sender_id = p.id LIMIT 1) g
        WHERE true ${matching(sql, filter)} ${unlessRefunded(sql, filter)}
        ORDER BY t.id DESC LIMIT ${limit}) w`,
    sql<FloorRow[]>`
      SELECT 's' || p.id AS key, t.id::text AS below, t.created_at AS at
      FROM ${from} CROSS JOIN LATERAL (${sent} OFFSET ${LOOK_ROWS - 1} LIMIT 1) t`,
  ]);
  return { rows, floors };
};

const lookAtAnchors: Look = async ({ sql }, walks, filter, limit) => {
  const from = sql`
    unnest(${ids(walks)}::uuid[], ${times(walks)}::timestamptz[], ${part(walks, 1)}::smallint[], ${part(walks, 2)}::bigint[])
      AS p(id, at, bucket, seq)`;
  const received = sql`
    SELECT * FROM gift_records r WHERE r.anchor_id = p.id AND r.created_at <= p.at
      AND (r.created_at, r.bucket, r.seq) < (p.at, p.bucket, p.seq)
    ORDER BY r.created_at DESC, r.bucket DESC, r.seq DESC`;
  const place = sql`(extract(epoch FROM g.created_at) * 1000)::bigint || '|' || g.bucket || '|' || g.seq`;
  const [rows, floors] = await Promise.all([
    sql<LookRow[]>`
      SELECT 'a' || p.id AS key, w.* FROM ${from} CROSS JOIN LATERAL (
        SELECT ${place} AS below, g.created_at AS at, ${ORDER(sql)}, ${REFUND_OF(sql)} AS "refundedAt", NULL AS reason, ${ORIGIN(sql)}
        FROM (${received} LIMIT ${LOOK_ROWS}) g
        WHERE true ${matching(sql, filter)} ${unlessRefunded(sql, filter)}
        ORDER BY g.created_at DESC, g.bucket DESC, g.seq DESC LIMIT ${limit}) w`,
    sql<FloorRow[]>`
      SELECT 'a' || p.id AS key, ${place} AS below, g.created_at AS at
      FROM ${from} CROSS JOIN LATERAL (${received} OFFSET ${LOOK_ROWS - 1} LIMIT 1) g`,
  ]);
  return { rows, floors };
};

const lookAtFailures: Look = async ({ sql }, walks, filter, limit) => {
  const found = await Promise.all(
    walks.map(async ({ key, below }) => {
      const [ms = "", order = "", sender = ""] = below.split("|");
      const at = new Date(Number(ms));
      const failed = sql`
        SELECT * FROM gift_failures r WHERE r.created_at <= ${at}
          AND (r.created_at, r.gift_order_id, r.sender_id) < (${at}, ${order}::uuid, ${sender}::uuid)
          ${key === "f" ? sql`` : sql`AND r.sender_id = ${key.slice(1)}`}
        ORDER BY r.created_at DESC, r.gift_order_id DESC, r.sender_id DESC`;
      const place = sql`
        (extract(epoch FROM g.created_at) * 1000)::bigint || '|' || g.gift_order_id || '|' || g.sender_id`;
      const [rows, floors] = await Promise.all([
        sql<LookRow[]>`
          SELECT ${key} AS key, ${place} AS below, g.created_at AS at, ${ORDER(sql)}, NULL::timestamptz AS "refundedAt",
            g.reason, NULL AS source, NULL AS unit
          FROM (${failed} LIMIT ${LOOK_ROWS}) g WHERE true ${matching(sql, filter)}
          ORDER BY g.created_at DESC, g.gift_order_id DESC, g.sender_id DESC LIMIT ${limit}`,
        sql<FloorRow[]>`
          SELECT ${key} AS key, ${place} AS below, g.created_at AS at
          FROM (${failed} OFFSET ${LOOK_ROWS - 1} LIMIT 1) g`,
      ]);
      return { rows, floors };
    }),
  );
  return { rows: found.flatMap(({ rows }) => rows), floors: found.flatMap(({ floors }) => floors) };
};

const lookAtRefunds: Look = async ({ sql }, walks, filter, limit) => {
  const below = walks[0]?.below ?? "0";
  const refunds = sql`SELECT * FROM gift_refunds r WHERE r.refund_seq < ${below}::bigint ORDER BY r.refund_seq DESC`;
  const [rows, floors] = await Promise.all([
    sql<LookRow[]>`
      SELECT 'r' AS key, f.refund_seq::text AS below, f.created_at AS at, ${ORDER(sql)}, f.created_at AS "refundedAt",
        NULL AS reason, ${ORIGIN(sql)}
      FROM (${refunds} LIMIT ${LOOK_ROWS}) f CROSS JOIN LATERAL (
        SELECT * FROM gift_records WHERE bucket = f.bucket AND seq = f.seq LIMIT 1) g
      WHERE true ${matching(sql, filter, sql`f.created_at`)}
      ORDER BY f.refund_seq DESC LIMIT ${limit}`,
    sql<FloorRow[]>`
      SELECT 'r' AS key, f.refund_seq::text AS below, f.created_at AS at
      FROM (${refunds} OFFSET ${LOOK_ROWS - 1} LIMIT 1) f`,
  ]);
  return { rows, floors };
};
