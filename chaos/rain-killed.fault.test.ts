import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Rain } from "@/domain/contracts/rain";
import type { StackProcess } from "@/stack/stack-process";
import {
  letFall,
  makeReadyRain,
  RAISED_RAIN_LIMITS,
  signInRainyAnchor,
  waitUntilEnded,
} from "@/testkit/rain";
import { trpcPost } from "@/testkit/trpc";
import { CROWD_AUTH_SECRET, type CrowdResult, grabAll } from "./lib/claim-crowd";
import { CLEAR_REFUSALS, expectCleanAudit, RECOVERY_MS_MAX, type Rig, startRig, waitUntil } from "./lib/rig";

const PACKETS = 1_000;
const BUDGET_COINS = 50_000;
/** So many grab where nothing but the crowd is looked at, and so many where processes are killed besides. */
const CROWD = 10_000;
const VIEWERS = 2_500;
const CONNECTIONS = 96;

let rig: Rig;
let anchor: Awaited<ReturnType<typeof signInRainyAnchor>>;
let webs: StackProcess[];
let credits: StackProcess[];
let firstViewer = 1;

beforeAll(async () => {
  rig = await startRig({
    balanced: true,
    env: { ...RAISED_RAIN_LIMITS, AUTH_SECRET: CROWD_AUTH_SECRET, SESSION_CACHE_SECONDS: "60" },
  });
  webs = [rig.web, await rig.stack.start("web")];
  credits = await Promise.all([rig.stack.start("packet-credit"), rig.stack.start("packet-credit")]);
  await Promise.all([rig.stack.start("gift-debit"), rig.stack.start("settlement")]);
  anchor = await signInRainyAnchor(rig.stack.webUrl, rig.live);
});
afterAll(() => rig?.close());

async function fall(
  facts: Partial<{ claimsPerViewer: number; durationSeconds: number; packetCount: number }> = {},
) {
  const { rain } = await makeReadyRain(rig.stack.webUrl, anchor, {
    budgetCoins: BUDGET_COINS,
    packetCount: PACKETS,
    ...facts,
  });
  return await letFall(rig.stack.webUrl, anchor, rain.rainId);
}

/** A new crowd: nobody has grabbed before, and every wallet holds just what comes out of this rain. */
function nextCrowd(viewers = VIEWERS) {
  const first = firstViewer;
  firstViewer += viewers;
  return { first, viewers, connections: CONNECTIONS };
}

/** What was shown as won is credited, once, to the coin; the rest went back; the books are even. */
async function expectExact(rain: Rain, { won }: CrowdResult): Promise<void> {
  const ended = await waitUntilEnded(rig.stack.webUrl, anchor, rain.rainId, RECOVERY_MS_MAX);
  const claims = await rig.live.sql<
    { user_id: string; claim_id: string; packet_index: number; coins: string; balance: string }[]
  >`
    SELECT c.user_id, c.claim_id, c.packet_index, c.coins, a.balance_coins AS balance
    FROM rain_claims c JOIN ledger_accounts a ON a.id = c.user_id WHERE c.rain_id = ${rain.rainId}`;
  const credited = new Map(claims.map((row) => [row.claim_id, row]));
  for (const packet of won) {
    const row = credited.get(packet.claimId);
    expect({ ...row, coins: Number(row?.coins), balance: Number(row?.balance) }).toEqual({
      user_id: packet.userId,
      claim_id: packet.claimId,
      packet_index: packet.packetIndex,
      coins: packet.coins,
      balance: packet.coins,
    });
  }
  expect(new Set(claims.map((row) => row.user_id)).size).toBe(claims.length);
  const coins = claims.reduce((sum, row) => sum + Number(row.coins), 0);
  expect(ended).toMatchObject({
    claimedCount: claims.length,
    claimedCoins: coins,
    refundedCoins: BUDGET_COINS - coins,
  });
  await expectCleanAudit(rig);
}

describe("ten thousand viewers grab a thousand packets at once, over two web processes", () => {
  it("exactly a thousand win, and wallets rise by what was shown", async () => {
    const rain = await fall();
    const crowd = await grabAll(rig, { code: rain.code, roomId: anchor.roomId }, nextCrowd(CROWD));
    expect(crowd.won).toHaveLength(PACKETS);
    expect(crowd.won.reduce((sum, packet) => sum + packet.coins, 0)).toBe(BUDGET_COINS);
    expect([...crowd.refusals.keys()].every((name) => ["RAIN_EMPTY", "RAIN_ENDED"].includes(name))).toBe(
      true,
    );
    await expectExact(rain, crowd);
  });

  it("finishing in the middle neither loses nor doubles a packet", async () => {
    // More packets than viewers: that not all of them win, is the end's doing however fast they are.
    const rain = await fall({ packetCount: CROWD + 2_000 });
    let finished: Promise<unknown> | undefined;
    const crowd = await grabAll(
      rig,
      { code: rain.code, roomId: anchor.roomId },
      {
        ...nextCrowd(CROWD),
        onAsked: (asked) => {
          if (asked === 400)
            finished = trpcPost(rig.stack.webUrl, "rain.finish", { rainId: rain.rainId }, anchor.cookie);
        },
      },
    );
    await finished;
    expect(crowd.won.length).toBeGreaterThan(300);
    expect(crowd.won.length).toBeLessThan(CROWD);
    await expectExact(rain, crowd);
  });
});

describe("killed in the middle of it", () => {
  it.each([
    [
      "a web process",
      async () => {
        await webs[0]?.kill9();
        webs[0] = await rig.stack.start("web");
      },
    ],
    [
      "both that credit",
      async () => {
        await Promise.all(credits.map((credit) => credit.kill9()));
        credits = await Promise.all([rig.stack.start("packet-credit"), rig.stack.start("packet-credit")]);
      },
    ],
    [
      "Redis",
      async () => {
        await rig.stack.redis.kill9();
        await rig.stack.redis.restart();
      },
    ],
  ])("%s: what was shown as won is credited, the rest comes back", async (_, kill) => {
    const rain = await fall();
    let killed: Promise<void> | undefined;
    const crowd = await grabAll(
      rig,
      { code: rain.code, roomId: anchor.roomId },
      {
        ...nextCrowd(),
        onAsked: (asked) => {
          if (asked === 500) killed = kill();
        },
      },
    );
    await killed;
    expect(crowd.won.length).toBeGreaterThan(0);
    expect([...crowd.retried.keys()].every((name) => CLEAR_REFUSALS.includes(name))).toBe(true);
    // Whoever did not win was told so, and nobody was left without an answer.
    expect([...crowd.refusals.keys()].every((name) => ["RAIN_EMPTY", "RAIN_ENDED"].includes(name))).toBe(
      true,
    );
    await expectExact(rain, crowd);
  });

  it("at every step of its life: a rain whose workers die is finished by others", async () => {
    const created = await trpcPost<Rain>(
      rig.stack.webUrl,
      "rain.create",
      { budgetCoins: 400_000, packetCount: 100_000, durationSeconds: 5, claimsPerViewer: 1 },
      anchor.cookie,
    );
    await trpcPost(rig.stack.webUrl, "rain.prepare", { rainId: created.rainId }, anchor.cookie);
    // While it is being loaded.
    await Promise.all(credits.map((credit) => credit.kill9()));
    credits = [await rig.stack.start("packet-credit")];
    await waitUntil("the rain is ready", async () => {
      const [row] = await rig.live.sql<{ status: string }[]>`
        SELECT status FROM rains WHERE rain_id = ${created.rainId}`;
      return row?.status === "ready";
    });
    const rain = await letFall(rig.stack.webUrl, anchor, created.rainId);
    const crowd = await grabAll(rig, { code: rain.code, roomId: anchor.roomId }, nextCrowd(300));
    expect(crowd.won).toHaveLength(300);
    // While it ends by its time.
    await Promise.all(credits.map((credit) => credit.kill9()));
    credits = [await rig.stack.start("packet-credit")];
    const ended = await waitUntilEnded(rig.stack.webUrl, anchor, rain.rainId, RECOVERY_MS_MAX);
    const coins = crowd.won.reduce((sum, packet) => sum + packet.coins, 0);
    expect(ended).toMatchObject({
      endReason: "time_up",
      claimedCount: 300,
      claimedCoins: coins,
      refundedCoins: 400_000 - coins,
    });
    await expectCleanAudit(rig);
  });
});
