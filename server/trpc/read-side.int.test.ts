import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { openFinanceDb, openLiveDb } from "@/db/client";
import { findWallet } from "@/db/live/queries/wallets";
import { hasReached, readWalPosition } from "@/db/replication";
import { type ReplicatedPostgres, startReplicatedPostgres } from "@/db/testing/start-replicated-postgres";
import { cacheWallet } from "../queue/gift-intake";
import type { Resources, SignedInCtx } from "../services/context";
import { chooseDatabases } from "../services/read-side/choose-databases";
import { openReaders } from "../services/read-side/readers";
import { callBy, type MoneyHarness, openWallet, startMoneyHarness } from "../testing/money-harness";
import { appRouter } from "./router";

const POOL = { poolMax: 4, applicationName: "downpour-test" };
let harness: MoneyHarness;
let servers: ReplicatedPostgres;
let resources: Resources;

beforeAll(async () => {
  [harness, servers] = await Promise.all([startMoneyHarness(), startReplicatedPostgres()]);
  const { primary, replica } = servers;
  const env = {
    ...harness.resources.env,
    LIVE_READ_DATABASE_URL: replica.url("live"),
    FINANCE_READ_DATABASE_URL: replica.url("finance"),
  };
  resources = {
    ...harness.resources,
    env,
    live: openLiveDb(primary.url("live"), POOL),
    finance: openFinanceDb(primary.url("finance"), POOL),
    readers: openReaders(env, harness.resources.log, POOL),
  };
});
afterEach(async () => {
  await servers.resume();
  await waitForReplica();
});
afterAll(async () => {
  await Promise.all([resources?.live.close(), resources?.finance.close(), resources?.readers?.close()]);
  await Promise.all([harness?.close(), servers?.close()]);
});

/** Until the replica shows everything that was committed so far. */
async function waitForReplica(): Promise<void> {
  const position = await readWalPosition(resources.live);
  const replica = resources.readers?.live?.db;
  if (!replica) throw new Error("There is no replica.");
  while (!(await hasReached(replica, position)));
}
const operator = () => callBy(resources, randomUUID(), "operator");
const caller = (ctx: SignedInCtx) => appRouter.createCaller(ctx);
/** Which of the two servers a caller reads from. */
async function sourceOf(ctx: SignedInCtx): Promise<string> {
  const { live, finance } = await chooseDatabases(ctx);
  const sources = await Promise.all(
    [live, finance].map(async ({ sql }) => (await sql`SELECT pg_is_in_recovery() AS follows`)[0]?.follows),
  );
  return sources.map((follows) => (follows ? "replica" : "primary")).join(" ");
}
const newShare = (shareBps: number, inHours: number) => ({
  anchorId: null,
  shareBps,
  effectiveAt: new Date(Date.now() + inHours * 3_600_000).toISOString(),
});

it("reads from the replicas what nobody concerned has changed", async () => {
  expect(await sourceOf(operator())).toBe("replica replica");
});

it("shows their own deed to whoever did it, and to others what the replica has", async () => {
  const [doer, other] = [operator(), operator()];
  await servers.pause();
  await caller(doer).finance.setShare(newShare(1_234, 1));
  const seenBy = async (ctx: SignedInCtx) =>
    (await caller(ctx).finance.shares()).map(({ shareBps }) => shareBps);
  expect(await seenBy(doer)).toContain(1_234);
  expect(await seenBy(other)).not.toContain(1_234);
  expect(await sourceOf(doer)).toBe("primary primary");
  await servers.resume();
  await waitForReplica();
  expect(await sourceOf(doer)).toBe("replica replica");
  expect(await seenBy(other)).toContain(1_234);
});

it("marks a mutation that failed, too: some of it may have been written", async () => {
  const doer = operator();
  await servers.pause();
  await expect(caller(doer).finance.setShare(newShare(1, -1))).rejects.toThrow();
  expect(await harness.resources.redis.exists(`wrote:finance:${doer.session.userId}`)).toBe(1);
});

it("shows what happened to a wallet by itself as soon as its cache knows of it", async () => {
  const [viewer, other] = [randomUUID(), randomUUID()];
  await openWallet(resources, viewer, 10);
  await openWallet(resources, other, 20);
  await waitForReplica();
  await servers.pause();
  await openWallet(resources, viewer, 5);
  const wallet = await findWallet(resources.live, viewer);
  if (!wallet) throw new Error("There is no wallet.");
  await cacheWallet(resources.redis, viewer, wallet);
  const amounts = async (userId: string) =>
    (await caller(callBy(resources, userId)).wallet.statement({ limit: 10 })).items.map((i) => i.amountCoins);
  expect(await amounts(viewer)).toEqual([5, 10]);
  expect(await sourceOf(callBy(resources, other))).toBe("replica replica");
  expect(await amounts(other)).toEqual([20]);
});

it("asks the primaries when Redis cannot say what the caller did", async () => {
  const redis = await harness.openRedis();
  redis.disconnect();
  expect(await sourceOf({ ...operator(), redis })).toBe("primary primary");
});

it("asks the primaries while a replica is away, without a word to the caller", async () => {
  await servers.replica.kill9();
  try {
    expect(await sourceOf(operator())).toBe("primary primary");
    await expect(caller(operator()).finance.shares()).resolves.toBeDefined();
  } finally {
    await servers.replica.restart();
  }
  // Whoever opens a connection anew finds it at once; others after a pause.
  const readers = openReaders(resources.env, resources.log, POOL);
  expect(await sourceOf({ ...operator(), readers })).toBe("replica replica");
  await readers?.close();
});

it("takes an address that leads to the primary for what it is", async () => {
  const { primary } = servers;
  const env = { LIVE_READ_DATABASE_URL: primary.url("live"), FINANCE_READ_DATABASE_URL: undefined };
  const readers = openReaders(env, resources.log, POOL);
  const doer = { ...operator(), readers };
  await caller(doer).finance.setShare(newShare(4_321, 2));
  expect((await chooseDatabases(doer)).live).toBe(readers?.live?.db);
  expect((await chooseDatabases(doer)).finance).toBe(resources.finance);
  await readers?.close();
});
