import { randomUUID } from "node:crypto";
import { openFinanceDb, openLiveDb } from "@/db/client";
import { openWallets } from "@/db/live/ledger/accounts";
import { grantCoins } from "@/db/live/ledger/grant-coins";
import type { QueuedGift } from "@/db/live/ledger/post-gifts";
import { insertSeedUsers } from "@/db/live/queries/seed";
import { createTestDatabases } from "@/db/testing/create-test-databases";
import { createTestRedis } from "@/db/testing/create-test-redis";
import type { Role } from "@/domain/contracts/ids";
import { bucketOf } from "@/domain/rules/bucket";
import { createLog } from "@/platform/observability/log";
import { newTraceId } from "@/platform/observability/trace";
import { openRedis, type RedisClient, waitForRedis } from "@/platform/redis/client";
import { LOCAL_ADDRESS } from "@/platform/security/client-address";
import { phoneSealOf } from "@/platform/security/phone-seal";
import { parseEnv } from "@/platform/settings/env";
import { createPublisher } from "@/push/publisher/publisher";
import type { Resources, SignedInCtx } from "../services/context";

export interface MoneyHarness {
  resources: Resources;
  /** As the role of the application. */
  liveUrl: string;
  financeUrl: string;
  /** As the role that owns the tables. */
  liveOwnerUrl: string;
  financeOwnerUrl: string;
  redisUrl: string;
  /** A further connection to the same Redis. */
  openRedis(options?: { blocking?: boolean }): Promise<RedisClient>;
  close(): Promise<void>;
}

/**
 * Both databases and Redis, empty, for one test file. Nothing listens where it publishes: push must never matter.
 *
 * @param ownRedisUrl where a test has a Redis of its own
 */
export async function startMoneyHarness(poolMax = 8, ownRedisUrl?: string): Promise<MoneyHarness> {
  const [databases, testRedis] = await Promise.all([
    createTestDatabases(),
    ownRedisUrl ? { redisUrl: ownRedisUrl, drop: async () => {} } : createTestRedis(),
  ]);
  const env = parseEnv({
    LOG_LEVEL: "silent",
    LIVE_DATABASE_URL: databases.liveUrl,
    FINANCE_DATABASE_URL: databases.financeUrl,
    REDIS_URL: testRedis.redisUrl,
    PUSHER_PORT: "9",
  });
  const log = createLog("money-test");
  log.level = "silent";
  const pool = { poolMax, applicationName: "test-money" };
  const clients: RedisClient[] = [];
  const open = async (options: { blocking?: boolean } = {}) => {
    const client = openRedis(testRedis.redisUrl, log, { name: "money-test", ...options });
    clients.push(client);
    await waitForRedis(client, 5_000);
    return client;
  };
  const resources: Resources = {
    env,
    log,
    live: openLiveDb(databases.liveUrl, pool),
    finance: openFinanceDb(databases.financeUrl, pool),
    redis: await open(),
    push: createPublisher(env),
  };
  return {
    resources,
    liveUrl: databases.liveUrl,
    financeUrl: databases.financeUrl,
    liveOwnerUrl: databases.liveOwnerUrl,
    financeOwnerUrl: databases.financeOwnerUrl,
    redisUrl: testRedis.redisUrl,
    openRedis: open,
    async close() {
      for (const client of clients) client.disconnect();
      await Promise.all([resources.live.close(), resources.finance.close()]);
      await Promise.all([databases.drop(), testRedis.drop()]);
    },
  };
}

/** A new user id whose keys are in this bucket. */
export function userInBucket(bucket: number): string {
  for (;;) {
    const id = randomUUID();
    if (bucketOf(id) === bucket) return id;
  }
}

/** Opens a wallet and puts coins into it by the ledger. */
export async function openWallet(resources: Pick<Resources, "live">, userId: string, coins: number) {
  await openWallets(resources.live.sql, [userId]);
  if (coins === 0) return;
  await grantCoins(resources.live, {
    userId,
    bizId: randomUUID(),
    amountCoins: coins,
    traceId: newTraceId(),
    at: new Date(),
  });
}

/** Somebody new who may be paid, with a phone if one is given. */
export async function openAnchor(
  { live, env }: Pick<Resources, "live" | "env">,
  phoneNumber?: string,
): Promise<string> {
  const id = randomUUID();
  const phones = phoneSealOf(env);
  await insertSeedUsers(live, [
    {
      id,
      name: "anchor",
      email: `${id}@users.invalid`,
      phoneIndex: phoneNumber ? phones.index(phoneNumber) : null,
      phoneCipher: phoneNumber ? phones.seal(id, phoneNumber) : null,
      role: "anchor",
      gender: "female",
    },
  ]);
  return id;
}

export async function freezeWallet(resources: Pick<Resources, "live">, userId: string): Promise<void> {
  await resources.live.sql`
    UPDATE ledger_accounts SET frozen_at = now(), version = version + 1 WHERE id = ${userId}`;
}

/** One gift of one coin, as the web process queues it, unless told otherwise. */
export function giftEntry(senderId: string, facts: Partial<QueuedGift> = {}): QueuedGift {
  return {
    bucket: bucketOf(senderId),
    giftOrderId: randomUUID(),
    senderId,
    senderName: "viewer",
    roomId: "00000000-0000-4000-8000-00000000000a",
    sessionId: "00000000-0000-4000-8000-00000000000b",
    anchorId: "00000000-0000-4000-8000-00000000000c",
    giftId: "rose",
    count: 1,
    priceCoins: 1,
    comboId: null,
    anonymous: false,
    traceId: newTraceId(),
    sentAt: new Date().toISOString(),
    ...facts,
  };
}

/** A call by a viewer, or by whoever `role` says. */
export function callBy(resources: Resources, userId: string, role: Role = "viewer"): SignedInCtx {
  return {
    ...resources,
    session: { sessionId: randomUUID(), userId, nickname: "viewer", avatarUrl: null, role },
    traceId: newTraceId(),
    address: LOCAL_ADDRESS,
  };
}
