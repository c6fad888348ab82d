import { join } from "node:path";
import { type FinanceDb, type LiveDb, openFinanceDb, openLiveDb } from "@/db/client";
import { DEMO_VIEWER_PHONES } from "@/domain/rules/demo-users";
import { createLog } from "@/platform/observability/log";
import { openRedis, type RedisClient, waitForRedis } from "@/platform/redis/client";
import { type Stack, startStack } from "@/stack/stack";
import type { ProcessName, StackProcess } from "@/stack/stack-process";
import { crowdSigner, signInCrowd } from "@/testkit/crowd";
import { fundViewers, RAISED_LIMITS } from "@/testkit/people";
import { RAISED_RAIN_LIMITS } from "@/testkit/rain";
import type { Signer } from "@/testkit/signing";
import { demoUserId, seedDemo } from "../../scripts/seed-demo";
import type { Sender } from "./recorded-load";
import { mountSmallDisk, moveToDisk, type SmallDisk } from "./small-disk";
import { startTcpProxy, type TcpProxy } from "./tcp-proxy";

const AUTH_SECRET = "chaos-secret-of-senders-that-sign-themselves";

/** Which connections a proxy stands in: of the web process, or of a worker, to Redis or to the live database. */
const LINKS = ["web-redis", "web-live", "debit-redis", "debit-live"] as const;
export type LinkName = (typeof LINKS)[number];

/** Everything a scenario can make unwell, and the instruments to look into it as its owner. */
export interface UnwellRig {
  stack: Stack;
  live: LiveDb;
  finance: FinanceDb;
  redis: RedisClient;
  proxies: Record<LinkName, TcpProxy>;
  processes: Partial<Record<ProcessName, StackProcess>>;
  /** A process beside the others that a scenario has made odd. */
  odd?: StackProcess;
  senders: Sender[];
  roomIds: string[];
  /** Starts a process of this rig with its proxies; it takes the place of the one before. */
  start(name: ProcessName, env?: Record<string, string>): Promise<StackProcess>;
  /** The settings that put the rig's proxies before a process. */
  linkEnv(name: ProcessName): Record<string, string>;
  /** Makes the disk under a part of a store a small one; the store is restarted the first time. */
  smallDiskUnder(part: StorePart): Promise<SmallDisk>;
  close(): Promise<void>;
}

export type StorePart = "tables" | "wal" | "redis-log";
/** Enough for the demo's data, and little enough that memory does not matter. */
const DISK_MIB: Record<StorePart, number> = { tables: 256, wal: 256, "redis-log": 96 };

export async function startUnwellRig(): Promise<UnwellRig> {
  const stack = await startStack({
    env: {
      ...RAISED_LIMITS,
      ...RAISED_RAIN_LIMITS,
      LOG_LEVEL: "warn",
      AUTH_SECRET,
      SESSION_CACHE_SECONDS: "60",
    },
    balanced: true,
    separateFinance: true,
    // The log of changes has to fit on a small disk.
    postgresSettings: { max_wal_size: "96MB", min_wal_size: "32MB", shared_buffers: "64MB" },
  });
  await seedDemo({ liveUrl: stack.liveUrl, financeUrl: stack.financeUrl });
  const pool = { poolMax: 4, applicationName: "chaos", statementTimeoutMs: 30_000 };
  const live = openLiveDb(stack.liveOwnerUrl, pool);
  const finance = openFinanceDb(stack.financeOwnerUrl, pool);
  const redis = openRedis(stack.redis.url, createLog("chaos"), { name: "chaos" });
  await waitForRedis(redis, 10_000);
  const proxies = Object.fromEntries(
    await Promise.all(
      LINKS.map(async (link) => [
        link,
        await startTcpProxy(link.endsWith("redis") ? stack.redis.port : stack.postgres.port),
      ]),
    ),
  ) as Record<LinkName, TcpProxy>;
  const senders = DEMO_VIEWER_PHONES.map((phone) => makeSender(demoUserId(phone)));
  await fundViewers(
    live,
    senders.map(({ userId }) => ({ userId, cookie: "" })),
  );
  await signInCrowd(
    live,
    senders.map(({ userId }) => userId),
  );
  const rooms = await live.sql<{ id: string }[]>`
    SELECT id FROM rooms WHERE current_session_id IS NOT NULL ORDER BY id`;
  const disks = new Map<StorePart, SmallDisk>();

  const linkEnv = (name: ProcessName): Record<string, string> => {
    const side = name === "web" ? "web" : name === "gift-debit" ? "debit" : undefined;
    if (!side) return {};
    return {
      REDIS_URL: proxies[`${side}-redis`].through(stack.redis.url),
      LIVE_DATABASE_URL: proxies[`${side}-live`].through(stack.liveUrl),
    };
  };
  const rig: UnwellRig = {
    stack,
    live,
    finance,
    redis,
    proxies,
    processes: {},
    senders,
    roomIds: rooms.map(({ id }) => id),
    linkEnv,
    async start(name, env = {}) {
      const started = await stack.start(name, { ...linkEnv(name), ...env });
      rig.processes[name] = started;
      return started;
    },
    async smallDiskUnder(part) {
      let disk = disks.get(part);
      if (!disk) {
        disk = mountSmallDisk(DISK_MIB[part]);
        disks.set(part, disk);
        const server = part === "redis-log" ? stack.redis : stack.postgres;
        await server.stop();
        moveToDisk(disk, join(server.folder, FOLDERS[part]));
        await server.restart();
      }
      return disk;
    },
    async close() {
      for (const disk of disks.values()) disk.free();
      for (const proxy of Object.values(proxies)) proxy.pass();
      redis.disconnect();
      await Promise.all([live.close(), finance.close()]);
      await stack.close();
      await Promise.all(Object.values(proxies).map((proxy) => proxy.close()));
      for (const disk of disks.values()) disk.unmount();
    },
  };
  try {
    // One after the other: all at once would only fight over the processor.
    for (const name of [
      "web",
      "push-gateway",
      "gift-debit",
      "packet-credit",
      "settlement",
      "scheduler",
    ] as const)
      await rig.start(name);
  } catch (error) {
    await rig.close();
    throw error;
  }
  return rig;
}

const FOLDERS: Record<StorePart, string> = { tables: "base", wal: "pg_wal", "redis-log": "appendonlydir" };

/** Signed as just signed in, as often as a browser gets its cookie anew: whoever asks is known without the database. */
export function makeSender(userId: string): Sender {
  let signer: Signer | undefined;
  let madeAtMs = 0;
  return {
    userId,
    signer() {
      if (!signer || Date.now() - madeAtMs > 20_000) {
        signer = crowdSigner(userId, AUTH_SECRET);
        madeAtMs = Date.now();
      }
      return signer;
    },
  };
}
