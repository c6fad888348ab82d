import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { copyIn } from "@/db/backup/copy-in";
import { copyOut } from "@/db/backup/copy-out";
import { leaveMark } from "@/db/database-marks";
import { postGifts } from "@/db/live/ledger/post-gifts";
import { findWallet } from "@/db/live/queries/wallets";
import { tamper } from "@/db/testing/tamper";
import { knownDatabasesKey } from "@/platform/redis/keys";
import { cacheWallet } from "@/server/queue/gift-intake";
import {
  callBy,
  giftEntry,
  type MoneyHarness,
  openWallet,
  startMoneyHarness,
  userInBucket,
} from "@/server/testing/money-harness";
import { settleNewGifts } from "../finance/settle-gifts";
import { getGiftStatus } from "../gift/get-gift-status";
import { adoptDatabases } from "./known-databases";
import { checkKnownDatabases, findProblem, watchDatabases } from "./watch-databases";

let harness: MoneyHarness;
let folder: string;
let sender: string;
beforeEach(async () => {
  harness = await startMoneyHarness();
  folder = mkdtempSync(join(tmpdir(), "downpour-watch-"));
  sender = userInBucket(0);
  await openWallet(harness.resources, sender, 1_000);
});
afterEach(async () => {
  rmSync(folder, { recursive: true, force: true });
  await harness.close();
});

const find = () => findProblem(harness.resources);
const give = () => postGifts(harness.resources.live.sql, [giftEntry(sender)]);
/** As somebody does it by their own means: whatever is in it, the incarnation stays that of the copy. */
async function putLiveBack(copy: Awaited<ReturnType<typeof copyOut>>): Promise<void> {
  await copyIn(harness.liveOwnerUrl, copy, folder);
  await tamper(
    harness.liveOwnerUrl,
    `UPDATE database_incarnation SET incarnation = '${copy.identity.incarnation}'`,
  );
}
const backUpLive = () => copyOut(harness.resources.live, folder);

it("knows databases from its first look, and knows them again", async () => {
  expect(await find()).toBeUndefined();
  await give();
  expect(await find()).toBeUndefined();
});

it("adopts a live database that has moved and lacks nothing", async () => {
  await find();
  await give();
  await settleNewGifts(harness.resources, 100);
  const copy = await backUpLive();
  await putLiveBack(copy);
  expect(await find()).toBeUndefined();
});

it("finds one that was put back behind what finance has settled, until the stores are reconciled", async () => {
  await find();
  const copy = await backUpLive();
  await give();
  await settleNewGifts(harness.resources, 100);
  await putLiveBack(copy);
  expect(await find()).toContain("went back");
  expect(await find()).toContain("went back");
  await adoptDatabases(harness.resources);
  expect(await find()).toBeUndefined();
});

it("finds one that was put back behind a balance that Redis keeps", async () => {
  await find();
  const copy = await backUpLive();
  await give();
  const wallet = await findWallet(harness.resources.live, sender);
  if (wallet) await cacheWallet(harness.resources.redis, sender, wallet);
  await putLiveBack(copy);
  expect(await find()).toContain("went back");
});

it("finds another incarnation, of either database, whatever it holds", async () => {
  await find();
  for (const url of [harness.liveOwnerUrl, harness.financeOwnerUrl]) {
    await tamper(url, "UPDATE database_incarnation SET incarnation = gen_random_uuid()");
    expect(await find()).toContain("another");
    await adoptDatabases(harness.resources);
    expect(await find()).toBeUndefined();
  }
});

it("finds a log that went back where nothing else has changed", async () => {
  await find();
  const { redis } = harness.resources;
  const [incarnation, place] = ((await redis.hget(knownDatabasesKey, "finance")) ?? "").split(" ");
  await redis.hset(knownDatabasesKey, "finance", `${incarnation} ${place} FFFFFFFF/0`);
  expect(await find()).toContain("finance database went back");
});

/** As the file system of a server put back as it was, with its log grown past what was known before anybody looked. */
const forgetMarks = (url: string) => tamper(url, "DELETE FROM database_marks");

it("finds databases that were put back alone or together, where nothing but a mark is missing", async () => {
  await find();
  for (const urls of [
    [harness.liveOwnerUrl],
    [harness.financeOwnerUrl],
    [harness.liveOwnerUrl, harness.financeOwnerUrl],
  ]) {
    for (const url of urls) await forgetMarks(url);
    expect(await find()).toContain("went back");
    expect(await find()).toContain("went back");
    await adoptDatabases(harness.resources);
    expect(await find()).toBeUndefined();
  }
});

it("knows by Redis alone, and by finance alone, what is missing", async () => {
  const { redis } = harness.resources;
  await find();
  await forgetMarks(harness.liveOwnerUrl);
  await redis.del(knownDatabasesKey);
  expect(await find()).toContain("live database went back");
  await adoptDatabases(harness.resources);
  await tamper(harness.financeOwnerUrl, "DELETE FROM known_live");
  await forgetMarks(harness.liveOwnerUrl);
  expect(await find()).toContain("live database went back");
});

it("refuses a finance database that has moved and lacks what was there, as a replica that lagged", async () => {
  await find();
  const copy = await copyOut(harness.resources.finance, folder);
  await find();
  await copyIn(harness.financeOwnerUrl, copy, folder);
  await tamper(
    harness.financeOwnerUrl,
    `UPDATE database_incarnation SET incarnation = '${copy.identity.incarnation}'`,
  );
  expect(await find()).toContain("finance database went back");
});

it("goes on where a mark is too old to be told, and where an earlier version left none", async () => {
  const { redis } = harness.resources;
  await find();
  const [incarnation, place, position] = ((await redis.hget(knownDatabasesKey, "live")) ?? "").split(" ");
  await redis.hset(knownDatabasesKey, "live", `${incarnation} ${place} ${position}`);
  expect(await find()).toBeUndefined();
  const word = "00000000-0000-4000-8000-000000000000";
  await redis.hset(knownDatabasesKey, "live", `${incarnation} ${place} ${position} 0 ${word}`);
  expect(await find()).toBeUndefined();
});

it("leaves no mark in a database that was put back since the look, and keeps no more than it needs", async () => {
  const { sql } = harness.resources.live;
  const mark = await leaveMark(sql, []);
  if (!mark) throw new Error("No mark was left.");
  expect(await leaveMark(sql, [mark])).toMatchObject({ id: mark.id + 1 });
  await forgetMarks(harness.liveOwnerUrl);
  expect(await leaveMark(sql, [mark])).toBeUndefined();
  expect((await sql`SELECT 1 FROM database_marks`).length).toBe(0);

  await leaveMark(sql, []);
  await tamper(harness.liveOwnerUrl, "SELECT setval('database_marks_id_seq', 1000000)");
  await leaveMark(sql, []);
  expect((await sql`SELECT 1 FROM database_marks`).length).toBe(1);
});

it("makes a process stand still and say so, and go on once the stores are reconciled", async () => {
  await find();
  await tamper(harness.liveOwnerUrl, "UPDATE database_incarnation SET incarnation = gen_random_uuid()");
  const stop = watchDatabases(harness.resources);
  const isReady = async () => (await checkKnownDatabases(harness.resources.live)).ok;
  await expect.poll(isReady).toBe(false);
  const call = callBy(harness.resources, sender);
  const { giftOrderId } = giftEntry(sender);
  await expect(getGiftStatus(call, { giftOrderId })).rejects.toMatchObject({ bizName: "UNAVAILABLE" });
  await adoptDatabases(harness.resources);
  await expect.poll(isReady).toBe(true);
  expect(await getGiftStatus(call, { giftOrderId })).toMatchObject({ status: "unknown" });
  stop();
});
