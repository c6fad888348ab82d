import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { systemAccountId } from "@/db/live/ledger/system-accounts";
import { postClaims } from "@/db/live/queries/post-claims";
import { finaliseRain } from "@/db/live/queries/rain-money";
import { findWallet } from "@/db/live/queries/wallets";
import { tamper } from "@/db/testing/tamper";
import type { CreditDeadLetterInput, DeadLetterDetail } from "@/domain/contracts/dead-letters";
import type { BizError } from "@/domain/contracts/errors";
import type { RainClaimEntry } from "@/domain/contracts/rain";
import { bucketOf } from "@/domain/rules/bucket";
import { claimCompensationId } from "@/domain/rules/packet-id";
import type { RedisClient } from "@/platform/redis/client";
import { Caches } from "@/platform/runtime/caches";
import { listLetters } from "@/server/testing/dead-letters";
import { callBy, type MoneyHarness, startMoneyHarness } from "@/server/testing/money-harness";
import { claimEntry, openRain, type TestRain } from "@/server/testing/rains";
import { DUAL_ACTIONS } from "../approval/actions";
import { decideProposal } from "../approval/decide-proposal";
import { performOrPropose } from "../approval/perform-or-propose";
import { checkInvariants } from "../audit/check-invariants";
import { carryOutDecisions } from "./carry-out-decision";
import { creditDeadLetter, decideDeadLetter } from "./decide-dead-letter";
import { getDeadLetter } from "./list-dead-letters";
import { setApart } from "./record-dead-letter";

const BUCKET = 11;
let harness: MoneyHarness;
let rain: TestRain;
let winner: string;
let [first, second]: string[] = [];
beforeAll(async () => {
  harness = await startMoneyHarness();
  [first, second] = await Promise.all([newOperator(), newOperator()]);
});
afterAll(() => harness?.close());
beforeEach(async () => {
  await harness.resources.redis.flushdb();
  await tamper(harness.liveOwnerUrl, "DELETE FROM dead_letters");
  rain = await openRain(harness.resources, { budgetCoins: 1_000, packetCount: 20 });
  winner = randomUUID();
});

async function newOperator(): Promise<string> {
  const id = randomUUID();
  await harness.resources.live.sql`
    INSERT INTO users (id, name, email, role) VALUES (${id}, 'operator', ${`${id}@users.invalid`}, 'operator')`;
  return id;
}
const as = (userId = first, resources = harness.resources) => callBy(resources, userId ?? "", "operator");
let entries = 0;
/** The id of a dead letter of this claim, as it was queued. */
async function apart(claim: RainClaimEntry | object | string): Promise<string> {
  entries += 1;
  const raw = typeof claim === "string" ? claim : JSON.stringify(claim);
  await setApart(harness.resources, "claims", { bucket: BUCKET, id: `1-${entries}`, raw }, "FAILED");
  return (await listLetters(harness.resources, "claims", BUCKET)).at(-1)?.id ?? "";
}
const credit = (deadLetterId: string, from: CreditDeadLetterInput["from"], ctx = as()) =>
  creditDeadLetter(ctx, { deadLetterId, from, reason: "shown as won" });
const look = (deadLetterId: string) => getDeadLetter(as(), { deadLetterId });
const outcomeOf = (work: Promise<DeadLetterDetail>) =>
  work.then(
    ({ status }) => status,
    (error: BizError) => error.bizName ?? String(error),
  );
const balanceOf = async (userId: string) =>
  (await findWallet(harness.resources.live, userId))?.balanceCoins ?? null;
const promotionOf = async (userId: string) => {
  const [row] = await harness.resources.live.sql<{ balance_coins: string }[]>`
    SELECT balance_coins FROM ledger_accounts WHERE id = ${systemAccountId("promotion", bucketOf(userId))}`;
  return Number(row?.balance_coins);
};
async function endRain({ rainId }: TestRain, poppedPackets: number) {
  await harness.resources.live.sql`UPDATE rains SET status = 'ending' WHERE rain_id = ${rainId}`;
  return await finaliseRain(harness.resources.live, { rainId, poppedPackets, traceId: "t" });
}

describe("a won packet whose rain can still pay", () => {
  it("is credited out of escrow once, whoever decides at once, and the rain can end", async () => {
    const claim = claimEntry(rain, 4, winner);
    const id = await apart(claim);
    expect(await look(id)).toMatchObject({
      kind: "claim",
      rainStatus: "started",
      userId: winner,
      packetIndex: 4,
      actions: ["credit_escrow", "dismiss"],
    });
    expect(await endRain(rain, 1)).toEqual({ kind: "mismatch", claimedCount: 0 });
    const outcomes = await Promise.all(
      [first, second, first].map((who) => outcomeOf(credit(id, "escrow", as(who)))),
    );
    expect(outcomes.sort()).toEqual(["DEAD_LETTER_CONFLICT", "DEAD_LETTER_CONFLICT", "credited"]);
    expect(await balanceOf(winner)).toBe(claim.coins);
    expect(await look(id)).toMatchObject({ effect: "escrow", isEffectDue: false, actions: [] });
    expect(await endRain(rain, 1)).toEqual({
      kind: "ended",
      refundedCoins: 1_000 - claim.coins,
      missingPackets: 0,
    });
  });

  it("is credited although its trace id cannot be stored", async () => {
    const id = await apart(claimEntry(rain, 5, winner, { traceId: "\0" }));
    expect(await credit(id, "escrow")).toMatchObject({ status: "credited", effect: "escrow" });
    expect(await balanceOf(winner)).toBe(rain.amounts[5]);
  });

  it("is not credited a second time where it was credited before", async () => {
    const claim = claimEntry(rain, 6, winner);
    await postClaims(harness.resources.live.sql, [claim]);
    const id = await apart(claim);
    expect(await look(id)).toMatchObject({ actions: ["credit_escrow", "dismiss"] });
    await credit(id, "escrow");
    expect(await balanceOf(winner)).toBe(claim.coins);
  });

  it("is never paid for by the platform", async () => {
    const id = await apart(claimEntry(rain, 7, winner));
    expect(await outcomeOf(credit(id, "promotion"))).toBe("DEAD_LETTER_CONFLICT");
    expect(await balanceOf(winner)).toBeNull();
  });

  it("is known to the winner's cache by the job where the process died after the commit", async () => {
    const { resources } = harness;
    const id = await apart(claimEntry(rain, 8, winner));
    const redis: RedisClient = Object.assign(Object.create(resources.redis), { caches: new Caches() });
    redis.sendCommand = () => Promise.reject(new Error("Connection is closed."));
    await credit(id, "escrow", as(first, { ...resources, redis }));
    expect(await balanceOf(winner)).toBe(rain.amounts[8]);
    await carryOutDecisions(resources, 0);
    expect(await carryOutDecisions(resources, 0)).toBe(0);
  });
});

describe("a won packet whose rain cannot pay any more", () => {
  it("is paid for by the platform once, whatever letters there are of it", async () => {
    const claim = claimEntry(rain, 3, winner);
    await endRain(rain, 0);
    const before = await promotionOf(winner);
    const [one, other] = [await apart(claim), await apart(claim)];
    expect(await look(one)).toMatchObject({
      rainStatus: "ended",
      actions: ["credit_promotion", "dismiss"],
    });
    expect(await outcomeOf(credit(one, "escrow"))).toBe("DEAD_LETTER_CONFLICT");
    const outcomes = await Promise.all([one, other, one].map((id) => outcomeOf(credit(id, "promotion"))));
    expect(outcomes.sort()).toEqual(["DEAD_LETTER_CONFLICT", "credited", "credited"]);
    expect(await balanceOf(winner)).toBe(claim.coins);
    expect(await promotionOf(winner)).toBe(before - claim.coins);
    const trades = await harness.resources.live.sql`
      SELECT trade_type, amount_coins, trace_id FROM trades WHERE biz_id = ${claimCompensationId(claim)}`;
    expect(trades).toMatchObject([
      { trade_type: "adjustment", amount_coins: String(claim.coins), trace_id: claim.traceId },
    ]);
  });

  it("is paid for by the platform where another claim has the packet", async () => {
    await postClaims(harness.resources.live.sql, [claimEntry(rain, 2, randomUUID())]);
    const claim = claimEntry(rain, 2, winner);
    const id = await apart(claim);
    expect(await look(id)).toMatchObject({ actions: ["credit_promotion", "dismiss"] });
    expect(await outcomeOf(credit(id, "escrow"))).toBe("DEAD_LETTER_CONFLICT");
    await credit(id, "promotion");
    expect(await balanceOf(winner)).toBe(claim.coins);
  });

  it("needs a second operator while four eyes are on, and names both", async () => {
    const { sql } = harness.resources.live;
    await sql`
      INSERT INTO policies (key, value) VALUES ('four-eyes', '{"mode":"on","largePayoutFen":1000000}'::jsonb)`;
    try {
      await endRain(rain, 0);
      const claim = claimEntry(rain, 1, winner);
      const input = { deadLetterId: await apart(claim), from: "promotion" as const, reason: "shown as won" };
      const refusal: BizError = await performOrPropose(as(), DUAL_ACTIONS.creditDeadLetter, input).catch(
        (error) => error,
      );
      expect(refusal.bizName).toBe("SECOND_OPERATOR_NEEDED");
      expect(await balanceOf(winner)).toBeNull();
      const proposalId = String(refusal.details.proposalId);
      await decideProposal(as(second), { proposalId, approve: true, reason: "agreed" });
      expect(await balanceOf(winner)).toBe(claim.coins);
      const [action] = await sql<{ actor_id: string; after: object }[]>`
        SELECT actor_id, after FROM operator_actions WHERE subject = ${`dead-letter:${input.deadLetterId}`}`;
      expect(action).toMatchObject({ actor_id: first, after: { approval: { approvedBy: second } } });

      // What was won comes out of escrow on one operator's word.
      const own = await openRain(harness.resources, { budgetCoins: 10, packetCount: 2 });
      const escrow = {
        ...input,
        deadLetterId: await apart(claimEntry(own, 0, winner)),
        from: "escrow" as const,
      };
      expect(await outcomeOf(performOrPropose(as(), DUAL_ACTIONS.creditDeadLetter, escrow))).toBe("credited");
    } finally {
      await sql`UPDATE policies SET value = '{"mode":"off","largePayoutFen":1000000}'::jsonb WHERE key = 'four-eyes'`;
    }
  });
});

it.each([
  ["says other coins than the split", () => claimEntry(rain, 2, winner, { coins: 999 })],
  ["names no packet of the rain", () => claimEntry(rain, 20, winner, { coins: 1 })],
  ["names no rain", () => ({ ...claimEntry(rain, 3, winner), rainId: randomUUID() })],
  ["is no claim", () => "{broken"],
  [
    "names a rain that has not fallen yet",
    async () => {
      const early = await openRain(harness.resources, { budgetCoins: 10, packetCount: 2, status: "ready" });
      return claimEntry(early, 0, winner);
    },
  ],
])("is only put aside where it %s", async (_, makeClaim) => {
  const id = await apart(await makeClaim());
  expect(await look(id)).toMatchObject({ actions: ["dismiss"] });
  for (const from of ["escrow", "promotion"] as const)
    expect(await outcomeOf(credit(id, from))).toBe("DEAD_LETTER_CONFLICT");
  for (const decision of ["requeue", "refund"] as const)
    expect(await outcomeOf(decideDeadLetter(as(), { deadLetterId: id, decision, reason: "r" }))).toBe(
      "DEAD_LETTER_CONFLICT",
    );
  expect(
    await outcomeOf(decideDeadLetter(as(), { deadLetterId: id, decision: "dismiss", reason: "r" })),
  ).toBe("dismissed");
  expect(await balanceOf(winner)).toBeNull();
});

it("leaves every invariant whole", async () => {
  const results = await checkInvariants(harness.resources);
  expect(results.filter(({ breaches }) => breaches.length > 0)).toEqual([]);
});
