import { randomUUID } from "node:crypto";
import type { LiveDb } from "@/db/client";
import { readViewerTaste } from "@/db/finance/queries/viewer-taste";
import { listLiveRooms } from "@/db/live/queries/rooms";
import { groupBy } from "@/domain/rules/group-by";
import { rankRooms } from "@/domain/rules/rank-rooms";
import { createLog } from "@/platform/observability/log";
import { runAffinity } from "@/server/services/analytics/run-affinity";
import { runAnalytics } from "@/server/services/analytics/run-analytics";
import { startStack } from "@/stack/stack";
import { type Databases, insertBenchPeople, openDatabases } from "./lib/databases";
import { type BenchRow, median, quantile } from "./lib/row";

const VIEWERS = Number(process.env.BENCH_VIEWERS ?? 300_000);
const ANCHORS = 1_000;
const TAGS = 200;
const DAYS = Number(process.env.BENCH_DAYS ?? 30);
/** Rooms that were watched on a day, over all viewers. */
const VISITS_A_DAY = VIEWERS / 2;
const INCREMENT_VISITS = 10_000;
const LEASE_MS = 120_000;
const READS = 300;

/**
 * What viewers like. Held fixed: 300,000 viewers of whom half watch a room a day, 1,000 anchors with three of 200 tags each, a
 * month, one server for both databases, the job in this process. The floor of a full run is one `GROUP BY` over the same
 * days by viewer and tag, which writes nothing; of what the lobby does beside it, the list of live rooms that it shows anyway.
 */
export async function run(): Promise<BenchRow[]> {
  const stack = await startStack({ env: { LOG_LEVEL: "warn" } });
  const db = openDatabases(stack);
  try {
    await insertRooms(db.live);
    for (let ago = DAYS - 1; ago >= 0; ago--) await insertVisits(db.live, ago, VISITS_A_DAY);
    await db.live.sql`VACUUM ANALYZE watch_days`;
    const floor = await measureScan(db.live);
    const before = process.memoryUsage().rss;
    const full = await measureRun(db);
    const grown = (process.memoryUsage().rss - before) / 1e6;
    await db.finance.sql`VACUUM ANALYZE`;
    const idle = await measureRun(db);
    await insertVisits(db.live, 0, INCREMENT_VISITS);
    const increment = await measureRun(db);
    const size = `${VIEWERS} viewers, ${ANCHORS} anchors, ${DAYS} days of ${VISITS_A_DAY} visits`;
    return [
      row(
        "affinity: full run",
        full,
        floor,
        `${size}; floor: GROUP BY by viewer and tag; ${grown.toFixed(0)} MB more memory`,
      ),
      row("affinity: run without news", idle, null, "tags and the comparison with popularity alone"),
      row("affinity: 10,000 visits more", increment, null, "one day is read again"),
      ...(await measureLobby(db)),
    ];
  } finally {
    await Promise.all([db.live.close(), db.finance.close()]);
    await stack.close();
  }
}

const row = (name: string, figure: number, floor: number | null, notes: string): BenchRow => ({
  name,
  figure: Number(figure.toFixed(2)),
  floor: floor === null ? null : Number(floor.toFixed(2)),
  ratio: floor === null ? null : figure / floor,
  bar: null,
  unit: "s",
  notes,
});

async function insertRooms(live: LiveDb): Promise<void> {
  await insertBenchPeople(live, VIEWERS + ANCHORS);
  await live.sql`
    INSERT INTO users (id, name, email, role) SELECT id, 'Anchor ' || n, id || '@users.invalid', 'anchor'
    FROM bench_people WHERE n > ${VIEWERS}`;
  await live.sql`
    INSERT INTO tags (id, slug, label) SELECT gen_random_uuid(), 'bench-' || n, 'Bench ' || n FROM generate_series(1, ${TAGS}::int) AS n`;
  await live.sql`
    INSERT INTO rooms (id, anchor_id, title, category, tags, current_session_id, live_since)
    SELECT id, id, 'Room ' || n, 'talk', '{}', gen_random_uuid(), now() FROM bench_people WHERE n > ${VIEWERS}`;
  await live.sql`
    WITH numbered AS (SELECT id, row_number() OVER (ORDER BY slug) - 1 AS n FROM tags)
    INSERT INTO room_tags (room_id, tag_id, place)
    SELECT p.id, t.id, k FROM bench_people p CROSS JOIN generate_series(0, 2) AS k
      JOIN numbered t ON t.n = (p.n + k * (1 + p.n % 3)) % ${TAGS} WHERE p.n > ${VIEWERS}`;
  await live.sql`
    INSERT INTO room_tag_facts (room_id, valid_from, tag_ids)
    SELECT room_id, 'epoch', array_agg(tag_id ORDER BY place) FROM room_tags GROUP BY room_id`;
}

/** Everybody has some anchors to whom they come back, and finds another now and then. */
async function insertVisits(live: LiveDb, daysAgo: number, visits: number): Promise<void> {
  await live.sql`
    INSERT INTO watch_days (day, room_id, visitor_id, watched_ms)
    SELECT (now() + interval '8 hours')::date - ${daysAgo}::int, a.id, v.id, 60000 * (1 + random() * 60)::int
    FROM (
      SELECT viewer, ${VIEWERS + 1} + CASE WHEN random() < 0.7 THEN (viewer * 7 + (random() * 4)::int * 131) % ${ANCHORS}
        ELSE (random() ^ 2 * ${ANCHORS - 1})::int END AS anchor
      FROM (SELECT 1 + (random() * ${VIEWERS - 1})::int AS viewer FROM generate_series(1, ${visits}::int)) AS who
    ) AS visit JOIN bench_people v ON v.n = viewer JOIN bench_people a ON a.n = anchor
    ON CONFLICT (day, room_id, visitor_id) DO NOTHING`;
  await live.sql`
    INSERT INTO watch_day_marks (day, mark) VALUES ((now() + interval '8 hours')::date - ${daysAgo}::int, gen_random_uuid())
    ON CONFLICT (day) DO UPDATE SET mark = excluded.mark`;
}

/** Seconds of what comes after a run that was asked for. */
async function measureRun({ live, finance }: Databases): Promise<number> {
  const resources = { live, finance, log: createLog("bench") };
  await finance.sql`INSERT INTO analytics_runs (status, requested_by) VALUES ('requested', ${randomUUID()})`;
  await runAnalytics(resources, "bench", { leaseMs: LEASE_MS });
  const startedAt = performance.now();
  const outcome = await runAffinity(resources, "bench", { leaseMs: LEASE_MS });
  if (outcome !== "done") throw new Error(`Affinity ended as "${outcome}".`);
  return (performance.now() - startedAt) / 1_000;
}

async function measureScan(live: LiveDb): Promise<number> {
  const startedAt = performance.now();
  await live.sql`
    SELECT count(*) FROM (
      SELECT visitor_id, tag_id, sum(watched_ms) FROM watch_days JOIN room_tags USING (room_id) GROUP BY 1, 2
    ) AS sums`;
  return (performance.now() - startedAt) / 1_000;
}

/** What somebody's own order costs beside the list of rooms: finding their taste, and ranking a thousand rooms. */
async function measureLobby({ live, finance }: Databases): Promise<BenchRow[]> {
  const people = await live.sql<{ id: string }[]>`
    SELECT id FROM bench_people WHERE n <= ${VIEWERS} ORDER BY n % 997, n LIMIT ${READS}`;
  const tags = await live.sql<{ room_id: string; tag_id: string }[]>`SELECT room_id, tag_id FROM room_tags`;
  const tagsOf = groupBy(tags, ({ room_id }) => room_id);
  const tookMs = { list: [] as number[], taste: [] as number[], rank: [] as number[] };
  for (const { id } of people) {
    const beganMs = performance.now();
    const rooms = await listLiveRooms(live, { limit: 2_000 });
    const listedMs = performance.now();
    const taste = await readViewerTaste(finance, id);
    const readMs = performance.now();
    const of = (kind: string) =>
      new Map(taste.filter((one) => one.kind === kind).map(({ id: about, weight }) => [about, weight]));
    rankRooms(
      rooms.map(({ roomId, anchor }, at) => ({
        anchor: anchor.userId,
        tags: tagsOf.get(roomId)?.map(({ tag_id }) => tag_id) ?? [],
        viewers: at,
      })),
      { tags: of("tag"), anchors: of("anchor") },
      new Map(),
      { seed: id, compareIds: (a, b) => (a < b ? -1 : 1) },
    );
    tookMs.list.push(listedMs - beganMs);
    tookMs.taste.push(readMs - listedMs);
    tookMs.rank.push(performance.now() - readMs);
  }
  const floor = median(tookMs.list);
  return (["taste", "rank"] as const).map((what) => ({
    name:
      what === "taste"
        ? "affinity: a viewer's taste, not cached"
        : "affinity: 1,000 rooms in one's own order",
    figure: Number(median(tookMs[what]).toFixed(2)),
    floor: Number(floor.toFixed(2)),
    ratio: median(tookMs[what]) / floor,
    bar: null,
    unit: "ms (median)",
    notes: `floor: the list of ${ANCHORS} live rooms; 99th percentile ${quantile(tookMs[what], 0.99).toFixed(2)} ms`,
  }));
}
