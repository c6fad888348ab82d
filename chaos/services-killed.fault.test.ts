import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { StackProcess } from "../scripts/stack/stack";
import { startGiftLoad } from "./lib/gift-load";
import { countCommitted, expectCleanAudit, type Rig, startRig, waitUntil, waitUntilFinal } from "./lib/rig";

/** `kill -9` of what everything rests on, under load. People see one clear refusal, and everything recovers by itself. */
let rig: Rig;

beforeAll(async () => {
  rig = await startRig();
  await Promise.all([rig.stack.start("gift-debit"), rig.stack.start("settlement")]);
});
afterAll(async () => {
  await rig?.close();
});

/** Load runs, the fault happens, load runs on; afterwards every accepted gift is final and the books are right. */
async function underLoad(fault: () => Promise<void>): Promise<Map<string, number>> {
  const before = await countCommitted(rig);
  const load = startGiftLoad(rig, 100);
  await waitUntil("gifts are debited", async () => (await countCommitted(rig)) > before + 30);
  await fault();
  const after = await waitForCount();
  await waitUntil("gifts are debited again", async () => (await countCommitted(rig)) > after + 30);
  const { accepted, refusals } = await load.stop();
  const final = await waitUntilFinal(rig, accepted);
  expect([...final.values()].filter((s) => s.status !== "settled")).toEqual([]);
  await expectCleanAudit(rig);
  return refusals;
}

async function waitForCount(): Promise<number> {
  let count = 0;
  await waitUntil("the database answers", async () => {
    count = await countCommitted(rig);
    return true;
  });
  return count;
}

/** What people may be told while something is away. */
const CLEAR = ["UNAVAILABLE", "no connection"];

describe("kill -9 under load", () => {
  it("Redis: refused clearly meanwhile, nothing lost or doubled", async () => {
    const refusals = await underLoad(async () => {
      await rig.stack.redis.kill9();
      // Long enough that people meet the gap.
      await delay(1_500);
      await rig.stack.redis.restart();
    });
    expect([...refusals.keys()].filter((name) => !CLEAR.includes(name))).toEqual([]);
    expect(refusals.get("UNAVAILABLE")).toBeGreaterThan(0);
  });

  it("PostgreSQL: gifts wait in the queue or are refused clearly, nothing lost or doubled", async () => {
    const refusals = await underLoad(async () => {
      await rig.stack.postgres.kill9();
      await delay(1_500);
      await rig.stack.postgres.restart();
    });
    expect([...refusals.keys()].filter((name) => !CLEAR.includes(name))).toEqual([]);
  });

  it("the web process: senders repeat their orders to the next one, nothing lost or doubled", async () => {
    let web: StackProcess | undefined;
    const refusals = await underLoad(async () => {
      await rig.web.kill9();
      web = await rig.stack.start("web");
    });
    if (web) rig.web = web;
    expect([...refusals.keys()].filter((name) => !CLEAR.includes(name))).toEqual([]);
  });
});
