import { setTimeout as delay } from "node:timers/promises";
import { type FinanceDb, type LiveDb, openFinanceDb, openLiveDb } from "@/db/client";
import type { GiftStatusResult } from "@/domain/contracts/gift";
import { createLog } from "@/platform/observability/log";
import { openRedis, type RedisClient, waitForRedis } from "@/platform/redis/client";
import { checkInvariants } from "@/server/services/audit/check-invariants";
import { type Stack, type StackOptions, startStack } from "@/stack/stack";
import type { StackProcess } from "@/stack/stack-process";
import { RAISED_LIMITS, type SignedIn, signInViewers } from "@/testkit/people";
import { trpcGet } from "@/testkit/trpc";
import { seedDemo } from "../../scripts/seed-demo";

/** Every accepted gift is final this soon after the fault is over, and nothing needs a person. */
export const RECOVERY_MS_MAX = 30_000;

/**
 * What people may be told while something is away; all are followed by the same order again. A call that a proxy sent a
 * second time, because the first process died over it, has been used.
 */
export const CLEAR_REFUSALS = ["UNAVAILABLE", "no connection", "REPLAYED"];

/** A running Downpour with demo people, and the instruments to look into it. */
export interface Rig {
  stack: Stack;
  live: LiveDb;
  finance: FinanceDb;
  redis: RedisClient;
  web: StackProcess;
  push: StackProcess;
  people: SignedIn[];
  /** Rooms that are live. */
  rooms: { roomId: string; anchorId: string }[];
  close(): Promise<void>;
}

/** Starts databases, Redis, the push gateway and the web process; workers are started by the tests. */
export async function startRig(options: StackOptions = {}): Promise<Rig> {
  const env = { ...RAISED_LIMITS, LOG_LEVEL: "warn", ...options.env };
  const stack = await startStack({ ...options, env });
  await seedDemo({ liveUrl: stack.liveUrl, financeUrl: stack.financeUrl });
  const pool = { poolMax: 4, applicationName: "chaos" };
  const live = openLiveDb(stack.liveUrl, pool);
  const finance = openFinanceDb(stack.financeUrl, pool);
  const redis = openRedis(stack.redis.url, createLog("chaos"), { name: "chaos" });
  await waitForRedis(redis, 10_000);
  const [web, push] = await Promise.all([stack.start("web"), stack.start("push-gateway")]);
  const people = await signInViewers(stack.webUrl);
  const { items } = await trpcGet<{ items: { roomId: string; anchor: { userId: string } }[] }>(
    stack.webUrl,
    "room.list",
    {},
  );
  return {
    stack,
    live,
    finance,
    redis,
    web,
    push,
    people,
    rooms: items.map((item) => ({ roomId: item.roomId, anchorId: item.anchor.userId })),
    async close() {
      redis.disconnect();
      await Promise.all([live.close(), finance.close()]);
      await stack.close();
    },
  };
}

/** Polls until `check` holds; throws with `what`, and what the last look threw, when it does not in time. */
export async function waitUntil(
  what: string,
  check: () => Promise<boolean>,
  waitMs = RECOVERY_MS_MAX,
): Promise<void> {
  const until = Date.now() + waitMs;
  let problem: unknown;
  for (;;) {
    try {
      if (await check()) return;
      problem = undefined;
    } catch (error) {
      problem = error;
    }
    if (Date.now() > until) throw new Error(`Not within ${waitMs} ms: ${what}`, { cause: problem });
    await delay(25);
  }
}

export interface SentGift {
  giftOrderId: string;
  roomId: string;
  sender: SignedIn;
}

/** How each gift ended, asked as its sender; waits until none is pending. */
export async function waitUntilFinal(
  rig: Rig,
  gifts: readonly SentGift[],
): Promise<Map<string, GiftStatusResult>> {
  const final = new Map<string, GiftStatusResult>();
  await waitUntil(`${gifts.length} gifts are final`, async () => {
    for (const { giftOrderId, sender } of gifts) {
      if (final.has(giftOrderId)) continue;
      const status = await trpcGet<GiftStatusResult>(
        rig.stack.webUrl,
        "gift.status",
        { giftOrderId },
        sender.cookie,
      );
      if (status.status === "pending" || status.status === "unknown") return false;
      final.set(giftOrderId, status);
    }
    return true;
  });
  return final;
}

/** Waits until settlement has caught up and no reservation is left, then checks every invariant. */
export async function expectCleanAudit(rig: Rig): Promise<void> {
  let broken = "never looked";
  await waitUntil("the audit is clean and everything is settled", async () => {
    const results = await checkInvariants(rig);
    const breaches = results.filter((r) => r.breaches.length > 0);
    broken = JSON.stringify(breaches, null, 2);
    const [committed, settled] = await Promise.all([countCommitted(rig), countSettled(rig)]);
    return breaches.length === 0 && committed === settled;
  }).catch((error: unknown) => {
    throw new Error(`${String(error)}\n${broken}`, { cause: error });
  });
}

/** Gifts that were debited and recorded so far. */
export async function countCommitted(rig: Pick<Rig, "live">): Promise<number> {
  const [row] = await rig.live.sql<{ gifts: string }[]>`SELECT sum(last_seq) AS gifts FROM gift_buckets`;
  return Number(row?.gifts);
}

/** Gifts that were settled so far. */
export async function countSettled(rig: Pick<Rig, "finance">): Promise<number> {
  const [row] = await rig.finance.sql<
    { gifts: string }[]
  >`SELECT sum(last_seq) AS gifts FROM settlement_cursors`;
  return Number(row?.gifts);
}
