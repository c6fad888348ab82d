import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import type { GiftStatusResult } from "@/domain/contracts/gift";
import type { ProcessName, StackProcess } from "@/stack/stack-process";
import { trpcGet, trpcPost } from "@/testkit/trpc";
import { expectNothingUnseen, waitForGifts, waitUntilAllSeeLive } from "./lib/audience";
import { type Follower, followRoom } from "./lib/follow-room";
import { type GiftLoad, startGiftLoad } from "./lib/gift-load";
import {
  CLEAR_REFUSALS,
  expectCleanAudit,
  type Rig,
  type SentGift,
  startRig,
  waitUntil,
  waitUntilFinal,
} from "./lib/rig";

/**
 * What an operator does with a new version, by the commands and files that they have: two of each process behind nginx are
 * looked at, restarted in turn under load, and a backup is put back. Viewers come through nginx, too.
 */
const NAMES = ["web", "push-gateway", "gift-debit", "settlement"] as const satisfies readonly ProcessName[];
const GIFTS_PER_SECOND = 60;
const VIEWERS = 2;
const COMMAND_MS_MAX = 120_000;
let rig: Rig;
let running: StackProcess[];
let followers: Follower[] = [];
let load: GiftLoad | undefined;

const roomId = () => rig.rooms[0]?.roomId ?? "";

beforeAll(async () => {
  rig = await startRig({ balanced: "nginx", env: { PUSH_DRAIN_MS: "500" } });
  const workers = NAMES.filter((name) => name !== "web" && name !== "push-gateway");
  const started = await Promise.all([...workers, ...NAMES].map((name) => rig.stack.start(name)));
  running = [rig.web, rig.push, ...started];
});
afterAll(async () => {
  await rig?.close();
});
beforeEach(({ onTestFailed }) => {
  onTestFailed(() => console.error(rig.stack.describe()));
});
afterEach(async () => {
  for (const follower of followers) follower.close();
  await load?.stop();
});

/** A command as `npm run` runs it; rejects with what it said when it does not end with 0. */
async function runCommand(name: string, args: readonly string[] = [], env: Record<string, string> = {}) {
  const { stdout } = await promisify(execFile)(process.execPath, [join("dist", `${name}.mjs`), ...args], {
    env: { ...process.env, ...rig.stack.env(env) },
    timeout: COMMAND_MS_MAX,
  });
  return stdout;
}

/** What nginx gives it, as it counts itself. */
async function countGifts({ healthUrl }: StackProcess): Promise<number> {
  const metrics = await (await fetch(`${healthUrl}/metrics`)).text();
  return Number(/^downpour_gifts_accepted_total\b.* (\d+)$/m.exec(metrics)?.[1] ?? 0);
}

it("the doctor finds nothing at fault", async () => {
  const sandbox = await rig.stack.start("payment-sandbox");
  const said = await runCommand("doctor");
  await sandbox.stop();
  expect(said).toContain("ok       Live events");
  expect(said).toContain("Nothing is at fault");
});

it("a rolling restart loses nothing, and nobody has to send an order more than twice", async () => {
  const viewers = rig.people.slice(-VIEWERS);
  followers = await Promise.all(viewers.map((viewer) => followRoom(rig.stack.webUrl, viewer, roomId())));
  load = startGiftLoad(rig, GIFTS_PER_SECOND, { asTold: true });
  await waitUntilAllSeeLive(followers);
  const restarted: StackProcess[] = [];
  for (const old of running) {
    await old.stop();
    expect(`${old.name} ended with ${old.exitCode}`).toBe(`${old.name} ended with 0`);
    const fresh = await rig.stack.start(old.name);
    restarted.push(fresh);
    // The other one is not taken away before nginx knows this one again.
    if (fresh.name === "web")
      await waitUntil("the new web process gets gifts", async () => (await countGifts(fresh)) > 0);
    await waitForGifts(rig, "gifts are debited", 5);
  }
  running = restarted;
  await waitUntilAllSeeLive(followers);
  const { refusals, mostTries } = await expectNothingUnseen(rig, load, followers, roomId());
  expect([...refusals.keys()].filter((name) => !CLEAR_REFUSALS.includes(name))).toEqual([]);
  expect(mostTries).toBeLessThanOrEqual(2);
});

it("a backup of a running product is put back under a Redis that is ahead: what is undone may be sent again", async () => {
  const place = mkdtempSync(join(tmpdir(), "downpour-backup-"));
  const folder = join(place, "backup");
  const env = {
    DATA_DIR: place,
    LIVE_OWNER_DATABASE_URL: rig.stack.liveOwnerUrl,
    FINANCE_OWNER_DATABASE_URL: rig.stack.financeOwnerUrl,
  };
  try {
    load = startGiftLoad(rig, GIFTS_PER_SECOND, { asTold: true });
    await waitForGifts(rig, "gifts are debited before the backup", 60);
    await runCommand("backup", [folder]);
    await waitForGifts(rig, "gifts are debited after the backup", 60);
    const { accepted } = await load.stop();
    await waitUntilFinal(rig, accepted);
    await Promise.all(running.map((one) => one.stop()));
    const report = await runCommand("restore", [folder], env);
    running = await Promise.all(running.map(({ name }) => rig.stack.start(name)));

    const undone = await findUnknown(accepted);
    expect(undone.length).toBeGreaterThanOrEqual(60);
    expect(accepted.length - undone.length).toBeGreaterThanOrEqual(60);
    const named = [...report.matchAll(/gift (\S+) of/g)].map(([, id]) => id);
    expect(new Set(named)).toEqual(new Set(undone.map(({ giftOrderId }) => giftOrderId)));
    for (const { giftOrderId, roomId, sender } of undone)
      await trpcPost(
        rig.stack.webUrl,
        "gift.send",
        { giftOrderId, roomId, giftId: "hearts", count: 1 },
        sender.cookie,
      );
    const final = await waitUntilFinal(rig, accepted);
    expect([...final.values()].filter(({ status }) => status !== "settled")).toEqual([]);
    await expectCleanAudit(rig);
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
});

async function findUnknown(gifts: readonly SentGift[]): Promise<SentGift[]> {
  const unknown: SentGift[] = [];
  for (const gift of gifts) {
    const { giftOrderId, sender } = gift;
    const { status } = await trpcGet<GiftStatusResult>(
      rig.stack.webUrl,
      "gift.status",
      { giftOrderId },
      sender.cookie,
    );
    if (status === "unknown") unknown.push(gift);
  }
  return unknown;
}
