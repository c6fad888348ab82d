import { randomUUID } from "node:crypto";
import { type LiveDb, openLiveDb } from "@/db/client";
import { systemAccountId } from "@/db/live/ledger/system-accounts";
import type { GiftQueueEntry } from "@/domain/contracts/gift";
import { bucketOf } from "@/domain/rules/bucket";
import { createLog } from "@/platform/observability/log";
import { readCpuSeconds } from "@/platform/observability/process-figures";
import { openRedis, type RedisClient, waitForRedis } from "@/platform/redis/client";
import { startHelper } from "@/stack/helper-process";
import { nodeArgs } from "@/stack/services/node-args";
import { type Stack, startStack } from "@/stack/stack";
import { waitFor } from "@/stack/wait-for";
import { createWallets, fillQueue, makeEntry, pickSkewed } from "@/testkit/load";
import { emptyAsOwner, removeAsOwner } from "./lib/remove-as-owner";
import { type BenchRow, median, medianRatio } from "./lib/row";

const WALLETS = Number(process.env.BENCH_WALLETS ?? 300_000);
const GIFTS = Number(process.env.BENCH_GIFTS ?? 60_000);
/** Debited before the clock starts: a worker runs for days, and its first seconds go into compiling. */
const WARM_UP_GIFTS = GIFTS / 2;
const FLOOR_GIFTS = 8_000;
const FLOOR_CONNECTIONS = 16;
const ROUNDS = 3;

interface Scene {
  stack: Stack;
  live: LiveDb;
  redis: RedisClient;
  rich: string[];
  poor: string[];
  anchors: string[];
  /** Used over all measured debits, and how many gifts those were. */
  cpuSeconds: CpuSeconds;
  gifts: number;
}

const CPU_NAMES = ["gift-debit", "redis"] as const;
type CpuSeconds = Record<(typeof CPU_NAMES)[number], number>;

const readCpu = (pids: CpuSeconds): CpuSeconds => ({
  "gift-debit": readCpuSeconds(pids["gift-debit"]),
  redis: readCpuSeconds(pids.redis),
});

interface Mix {
  anchors: number;
  poorPart: number;
}

/**
 * Queue → committed trades and records by the lanes of one gift-debit process (and, for comparison, by the whole worker,
 * which announces each gift through the push gateway on the same two cores), against one transaction a
 * gift on the same server and the same tables (UPDATE … WHERE balance ≥ price and two INSERTs, 16 connections).
 * Held fixed: 300,000 wallets, senders skewed by a cube, gifts of 10 coins, PostgreSQL and Redis flushing every commit.
 */
export async function run(): Promise<BenchRow[]> {
  const stack = await startStack();
  const live = openLiveDb(stack.liveUrl, {
    poolMax: FLOOR_CONNECTIONS,
    applicationName: "bench",
    statementTimeoutMs: 0,
  });
  const redis = openRedis(stack.redis.url, createLog("bench"), { name: "bench" });
  await waitForRedis(redis, 5_000);
  try {
    await stack.start("push-gateway", { LOG_LEVEL: "warn" });
    const scene: Scene = {
      stack,
      live,
      redis,
      rich: await createWallets(live, WALLETS, 1_000_000),
      poor: await createWallets(live, 20_000, 1),
      anchors: Array.from({ length: 1_000 }, () => randomUUID()),
      cpuSeconds: { "gift-debit": 0, redis: 0 },
      gifts: 0,
    };
    const rates = {
      floor: [] as number[],
      plain: [] as number[],
      spread: [] as number[],
      hot: [] as number[],
      poor: [] as number[],
      worker: [] as number[],
    };
    for (let round = 0; round < ROUNDS; round++) {
      rates.floor.push(await measureFloor(scene));
      rates.plain.push(await measureDebit(scene, { anchors: 100, poorPart: 0 }));
      rates.spread.push(await measureDebit(scene, { anchors: 1_000, poorPart: 0 }));
      rates.hot.push(await measureDebit(scene, { anchors: 1, poorPart: 0 }));
      rates.poor.push(await measureDebit(scene, { anchors: 100, poorPart: 0.5 }));
      rates.worker.push(await measureDebit(scene, { anchors: 100, poorPart: 0 }, "worker"));
    }
    const micros = (seconds: number) => Math.round((seconds / scene.gifts) * 1e6);
    const cpu = CPU_NAMES.map((name) => `${name} ${micros(scene.cpuSeconds[name])} µs`).join(", ");
    // Each round beside its own floor: the machine's speed is another one from minute to minute.
    const row = (
      name: string,
      figures: readonly number[],
      floors: readonly number[],
      bar: number | null,
      notes: string,
    ): BenchRow => ({
      name,
      figure: Math.round(median(figures)),
      floor: Math.round(median(floors)),
      ratio: medianRatio(figures, floors),
      bar,
      unit: "gifts/s",
      notes,
    });
    return [
      row(
        "debit, queue → committed",
        rates.plain,
        rates.floor,
        8,
        `${WALLETS} wallets, 100 anchors, medians of ${ROUNDS}; CPU a gift: ${cpu}`,
      ),
      row("hot room: one anchor against 1,000", rates.hot, rates.spread, 0.9, "all gifts to one anchor"),
      row("poor senders: half cannot pay", rates.poor, rates.plain, 0.8, "decided gifts, paid and failed"),
      row(
        "debit with everything announced",
        rates.worker,
        rates.floor,
        null,
        "the whole worker with the gateway up",
      ),
    ];
  } finally {
    redis.disconnect();
    await live.close();
    await stack.close();
  }
}

function makeGifts(scene: Scene, count: number, mix: Mix): GiftQueueEntry[] {
  return Array.from({ length: count }, () => {
    const poor = Math.random() < mix.poorPart;
    const senders = poor ? scene.poor : scene.rich;
    const anchor = scene.anchors[Math.floor(Math.random() * mix.anchors)] ?? "";
    return makeEntry({
      senderId: senders[pickSkewed(senders.length)] ?? "",
      anchorId: anchor,
      roomId: anchor,
    });
  });
}

async function countDecided(live: LiveDb): Promise<number> {
  const [row] = await live.sql<{ decided: string }[]>`
    SELECT (SELECT sum(last_seq) FROM gift_buckets) + (SELECT count(*) FROM gift_failures) AS decided`;
  return Number(row?.decided ?? 0);
}

/** The queue is filled first; the clock runs from the end of the warm-up to the last committed batch. */
async function measureDebit(scene: Scene, mix: Mix, what: "debit" | "worker" = "debit"): Promise<number> {
  // Failures are counted while the debits run: those of earlier rounds would only make that dear.
  await emptyAsOwner(scene.stack.liveOwnerUrl, "gift_failures");
  const before = await countDecided(scene.live);
  await fillQueue(scene.redis, makeGifts(scene, WARM_UP_GIFTS + GIFTS, mix));
  const worker =
    what === "worker"
      ? await scene.stack.start("gift-debit", { LOG_LEVEL: "warn" })
      : await startHelper("bench-debit-only", {
          env: scene.stack.env({ LOG_LEVEL: "warn" }),
          args: nodeArgs("gift-debit"),
        });
  const pids = { "gift-debit": worker.pid, redis: scene.stack.redis.pid };
  let first: { at: number; decided: number; cpu: CpuSeconds } | undefined;
  const rate = await waitFor("all gifts are debited", [worker], async () => {
    const decided = (await countDecided(scene.live)) - before;
    const at = performance.now();
    if (decided >= WARM_UP_GIFTS && !first) first = { at, decided, cpu: readCpu(pids) };
    if (decided < WARM_UP_GIFTS + GIFTS || !first) return undefined;
    const cpu = readCpu(pids);
    for (const name of CPU_NAMES) scene.cpuSeconds[name] += cpu[name] - first.cpu[name];
    scene.gifts += decided - first.decided;
    return ((decided - first.decided) / (at - first.at)) * 1_000;
  });
  await worker.stop();
  return rate;
}

/** What one would write first: a transaction a gift. Numbers are given per bucket out of the way of the worker's. */
async function measureFloor(scene: Scene): Promise<number> {
  const gifts = makeGifts(scene, FLOOR_GIFTS, { anchors: 100, poorPart: 0 });
  const { sql } = scene.live;
  let next = 0;
  const startedAt = performance.now();
  const connection = async () => {
    for (let i = next++; i < gifts.length; i = next++) {
      const gift = gifts[i];
      if (!gift) return;
      const bucket = bucketOf(gift.senderId);
      await sql.begin(async (tx) => {
        const paid = await tx`
          UPDATE ledger_accounts SET balance_coins = balance_coins - ${gift.priceCoins}, version = version + 1
          WHERE id = ${gift.senderId} AND balance_coins >= ${gift.priceCoins}`;
        if (paid.count === 0) return;
        await tx`
          INSERT INTO trades (account_id, counter_account_id, trade_type, biz_id, amount_coins, trace_id, created_at)
          VALUES (${gift.senderId}, ${systemAccountId("gift_clearing", bucket)}, 'gift', ${gift.giftOrderId},
            ${gift.priceCoins}, ${gift.traceId}, now())`;
        await tx`
          INSERT INTO gift_records (bucket, seq, gift_order_id, sender_id, anchor_id, room_id, session_id, gift_id, count,
            price_coins, total_coins, combo_id, anonymous, trace_id, sent_at, created_at)
          VALUES (${bucket}, ${1_000_000_000 + i}, ${gift.giftOrderId}, ${gift.senderId}, ${gift.anchorId},
            ${gift.roomId}, ${gift.sessionId}, ${gift.giftId}, ${gift.count}, ${gift.priceCoins},
            ${gift.priceCoins * gift.count}, null, false, ${gift.traceId}, ${gift.sentAt}, now())`;
      });
    }
  };
  await Promise.all(Array.from({ length: FLOOR_CONNECTIONS }, connection));
  const rate = (gifts.length / (performance.now() - startedAt)) * 1_000;
  await removeAsOwner(scene.stack.liveOwnerUrl, "gift_records", "seq >= 1000000000");
  return rate;
}
