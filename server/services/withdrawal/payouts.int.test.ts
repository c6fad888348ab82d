import { randomBytes, randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { claimPayouts } from "@/db/finance/queries/claim-payouts";
import { findEarnings } from "@/db/finance/queries/earnings";
import { findWithdrawals } from "@/db/finance/queries/withdrawals";
import type { BizError } from "@/domain/contracts/errors";
import { PAYOUT_ATTEMPTS_MAX } from "@/domain/rules/payout";
import { LOCAL_ADDRESS } from "@/platform/security/client-address";
import { parseEnv } from "@/platform/settings/env";
import { callBy } from "@/server/testing/money-harness";
import { type PayoutHarness, startPayoutHarness } from "@/server/testing/payout-harness";
import { retryPayout } from "./decide-withdrawal";
import { findUnpayable } from "./find-unpayable";
import { searchWithdrawals } from "./list-withdrawals";
import { payWithdrawals } from "./pay-withdrawals";
import { openPayoutAccount } from "./payout-account";
import { payoutProviderOf } from "./providers/http-payouts";
import { requestWithdrawal } from "./request-withdrawal";
import { takePayoutCallback } from "./take-payout-callback";

let harness: PayoutHarness;
beforeAll(async () => {
  harness = await startPayoutHarness();
});
afterAll(() => harness?.close());
beforeEach(() => {
  harness.network = "fine";
});
// Whatever a test did, nobody has gained or lost, and nobody was paid twice.
afterEach(() => harness.checkMoney());

const AMOUNT_FEN = 50_000;
const operator = () => callBy(harness.resources, randomUUID(), "operator");
/** An anchor with an approved withdrawal. */
async function approved(number = "6222020205112233445") {
  const anchorId = await harness.anchorWith(500_000);
  const { withdrawalId } = await requestWithdrawal(callBy(harness.resources, anchorId, "anchor"), {
    withdrawalId: randomUUID(),
    amountFen: AMOUNT_FEN,
    payoutAccount: { kind: "bank", name: "王小明", number },
  });
  return { anchorId, withdrawalId };
}
type Named = { anchorId: string; withdrawalId: string };
const rowOf = async ({ anchorId, withdrawalId }: Named) => {
  const [row] = await findWithdrawals(harness.resources.finance, withdrawalId, anchorId);
  if (!row) throw new Error("There is no such withdrawal.");
  return row;
};
const alarmsOf = async (named: Named) => {
  const { payoutId } = await rowOf(named);
  const rows = await harness.resources.live.sql<{ kind: string }[]>`
    SELECT kind FROM alarms WHERE subject = ${`payout:${payoutId}`}`;
  return rows.map(({ kind }) => kind);
};
const sumsOf = async ({ anchorId }: Named) => {
  const row = await findEarnings(harness.resources.finance, anchorId);
  return { frozenFen: row?.frozenFen, withdrawnFen: row?.withdrawnFen };
};
const FROZEN = { frozenFen: AMOUNT_FEN, withdrawnFen: 0 };
const WITHDRAWN = { frozenFen: 0, withdrawnFen: AMOUNT_FEN };
const RELEASED = { frozenFen: 0, withdrawnFen: 0 };
/** What a scheduler takes before it dies. */
const claim = (now: Date, leaseUntil: Date) =>
  claimPayouts(harness.resources.finance, {
    now,
    leaseUntil,
    limit: 10,
    findUnpayable: (ids) => findUnpayable(harness.resources, ids, now),
  });
/** A round of the scheduler, so many seconds from now. */
const round = (inSeconds = 0) =>
  payWithdrawals(harness.resources, () => new Date(Date.now() + inSeconds * 1_000));
/** Rounds, each a minute after the last, until a withdrawal is so; a busy machine may answer a call too late. */
async function runUntil(named: Named, status: string): Promise<void> {
  let minutes = 0;
  const runRound = async () => {
    await round(60 * minutes++);
    return (await rowOf(named)).status;
  };
  await expect.poll(runRound, { timeout: 40_000, interval: 100 }).toBe(status);
}
const ordersOf = async (named: Named) => harness.ordersOf((await rowOf(named)).payoutId);
const statusesOf = async (named: Named) => {
  const { items } = await searchWithdrawals(operator(), { limit: 100, anchorId: named.anchorId });
  return items[0]?.steps.map((step) => step.status);
};

describe("paying out", () => {
  it("moves what was frozen to what was withdrawn", async () => {
    const named = await approved();
    await runUntil(named, "paid");
    expect(await rowOf(named)).toMatchObject({ nextAttemptAt: null, failureReason: null });
    expect(await sumsOf(named)).toEqual(WITHDRAWN);
    expect(await statusesOf(named)).toEqual(["requested", "approved", "paying", "paid"]);
    const { payoutId } = await rowOf(named);
    expect(harness.readLedger().get(payoutId)).toEqual({ times: 1, fen: AMOUNT_FEN });
    expect(await round(36_000)).toBe(0);
  });

  it("asks about a payout whose answer was lost, and does not order it again", async () => {
    const named = await approved();
    harness.network = "loses answers";
    await round();
    // It was paid, but nobody here knows: it is neither paid nor failed.
    expect(await rowOf(named)).toMatchObject({ status: "paying", failureReason: "no_answer", attempts: 1 });
    expect(await sumsOf(named)).toEqual(FROZEN);
    harness.network = "fine";
    await runUntil(named, "paid");
    expect((await rowOf(named)).attempts).toBeGreaterThan(1);
    expect(await ordersOf(named)).toBe(1);
  });

  it("orders again, under the same id, what the provider never heard of", async () => {
    const named = await approved();
    harness.network = "loses calls";
    await round();
    await round(10);
    expect(await rowOf(named)).toMatchObject({ status: "paying", failureReason: "no_answer", attempts: 2 });
    harness.network = "fine";
    await runUntil(named, "paid");
    expect(await ordersOf(named)).toBe(1);
  });

  it("gives back what the provider refuses, and says why", async () => {
    const named = await approved("62220202001130000");
    await runUntil(named, "failed");
    expect(await rowOf(named)).toMatchObject({ failureReason: "account_closed" });
    expect(await sumsOf(named)).toEqual(RELEASED);
  });

  it("takes 20 payouts once each with four schedulers at once", async () => {
    const all: Named[] = [];
    while (all.length < 20) all.push(await approved());
    await Promise.all([round(), round(), round(), round()]);
    for (const named of all) {
      await runUntil(named, "paid");
      const { payoutId } = await rowOf(named);
      expect(harness.readLedger().get(payoutId)).toEqual({ times: 1, fen: AMOUNT_FEN });
    }
  });

  it("goes on when the scheduler died after it took a payout", async () => {
    const named = await approved();
    const now = new Date();
    const leaseUntil = new Date(now.getTime() + 30_000);
    const { claimed } = await claim(now, leaseUntil);
    expect(claimed.map((row) => row.withdrawalId)).toEqual([named.withdrawalId]);
    // Died here. Nobody touches it before its lease is over.
    const takeAt = (afterLeaseMs: number) =>
      payWithdrawals(harness.resources, () => new Date(leaseUntil.getTime() + afterLeaseMs));
    expect(await takeAt(-1)).toBe(0);
    expect(await takeAt(0)).toBe(1);
    await runUntil(named, "paid");
    expect(await ordersOf(named)).toBe(1);
  });

  it("goes on when the scheduler died between the provider's answer and its own record of it", async () => {
    const named = await approved();
    const now = new Date();
    const leaseUntil = new Date(now.getTime() + 30_000);
    const [row] = (await claim(now, leaseUntil)).claimed;
    if (!row) throw new Error("Nothing was taken.");
    const { env } = harness.resources;
    const order = { payoutId: row.payoutId, amountFen: row.amountFen, account: openPayoutAccount(env, row) };
    expect(await payoutProviderOf(harness.resources).pay(order)).toMatchObject({ state: "paid" });
    // Died here.
    await runUntil(named, "paid");
    expect(await ordersOf(named)).toBe(1);
  });

  it("never fails what is not clear, also when the account cannot be opened", async () => {
    const named = await approved();
    const { resources } = harness;
    const env = parseEnv({
      PAYOUT_URL: resources.env.PAYOUT_URL,
      PAYOUT_SECRET: resources.env.PAYOUT_SECRET,
      DATA_KEYS: `other:${randomBytes(32).toString("base64")}`,
    });
    await payWithdrawals({ ...resources, env });
    expect(await rowOf(named)).toMatchObject({ status: "paying", failureReason: "account_unreadable" });
    expect(await alarmsOf(named)).toEqual(["payout.stuck"]);
    await runUntil(named, "paid");
  });

  it("stops asking in the end, shows it, and asks on when an operator says so", async () => {
    const named = await approved();
    harness.network = "loses calls";
    await round();
    await harness.resources.finance.sql`
      UPDATE withdrawals SET attempts = ${PAYOUT_ATTEMPTS_MAX - 1} WHERE withdrawal_id = ${named.withdrawalId}`;
    await round(10);
    expect(await rowOf(named)).toMatchObject({ status: "paying", nextAttemptAt: null });
    expect(await round(1_000_000)).toBe(0);
    expect(await alarmsOf(named)).toEqual(["payout.stuck"]);
    const stuck = await searchWithdrawals(operator(), { limit: 10, stuck: true });
    expect(stuck.items.map((item) => item.withdrawalId)).toEqual([named.withdrawalId]);
    harness.network = "fine";
    const by = operator();
    await retryPayout(by, { ...named, reason: "they are back" });
    await runUntil(named, "paid");
    const [action] = await harness.resources.finance.sql`
      SELECT actor_id, action, reason FROM operator_actions WHERE subject LIKE ${`%${named.withdrawalId}`}`;
    expect(action).toEqual({
      actor_id: by.session.userId,
      action: "withdrawal.retry",
      reason: "they are back",
    });
    await expect(retryPayout(by, { ...named, reason: "again" })).rejects.toMatchObject({
      bizName: "WITHDRAWAL_STATE_CONFLICT",
    });
  });
});

describe("callbacks", () => {
  const take = (message: ReturnType<PayoutHarness["composeCallback"]>) =>
    takePayoutCallback(harness.resources, {
      ...message,
      traceId: "0".repeat(32),
      address: LOCAL_ADDRESS,
    }).then(
      ({ outcome }) => outcome,
      (error: BizError) => error.bizName ?? String(error),
    );
  /** Ordered, and the answer lost. */
  async function unclear() {
    const named = await approved();
    harness.network = "loses answers";
    await round();
    const { payoutId } = await rowOf(named);
    return { named, facts: { payoutId, amountFen: AMOUNT_FEN } };
  }

  it("end a payout once, whatever their number and order, with one forged among them", async () => {
    const { named, facts } = await unclear();
    const same = harness.composeCallback(facts);
    const anew = Array.from({ length: 50 }, () => harness.composeCallback(facts));
    const forged = harness.composeCallback(
      { ...facts, state: "refused" },
      { secret: "another-secret-than-ours" },
    );
    const outcomes = await Promise.all([...Array(50).fill(same), ...anew, forged].map(take));
    const count = (name: string) => outcomes.filter((outcome) => outcome === name).length;
    expect(count("ended")).toBe(1);
    expect(count("SIGNATURE_INVALID")).toBe(1);
    expect(count("REPLAYED")).toBe(49);
    expect(count("already_final")).toBe(50);
    expect(await rowOf(named)).toMatchObject({ status: "paid" });
    expect(await sumsOf(named)).toEqual(WITHDRAWN);
  });

  it.each([
    ["another amount", { amountFen: AMOUNT_FEN + 1 }, "PAYMENT_MISMATCH"],
    ["a payout nobody ordered", { payoutId: randomUUID() }, "NOT_FOUND"],
    ["nonsense", { payoutId: 5 }, "INVALID_INPUT"],
    ["that it is on its way", { state: "processing" }, "waiting"],
  ])("change nothing by %s", async (_, wrong, outcome) => {
    const { named, facts } = await unclear();
    expect(await take(harness.composeCallback({ ...facts, ...wrong }))).toBe(outcome);
    expect(await rowOf(named)).toMatchObject({ status: "paying" });
    harness.network = "fine";
    await runUntil(named, "paid");
  });

  it("are refused when they are old", async () => {
    const { named, facts } = await unclear();
    const timestampMs = Date.now() - 6 * 60_000;
    expect(await take(harness.composeCallback(facts, { timestampMs }))).toBe("SIGNATURE_INVALID");
    harness.network = "fine";
    await runUntil(named, "paid");
  });

  it("release what was refused", async () => {
    const named = await approved();
    harness.network = "loses calls";
    await round();
    const { payoutId } = await rowOf(named);
    const refusal = { payoutId, amountFen: AMOUNT_FEN, state: "refused", reason: "name_mismatch" };
    expect(await take(harness.composeCallback(refusal))).toBe("ended");
    expect(await rowOf(named)).toMatchObject({ status: "failed", failureReason: "name_mismatch" });
    expect(await sumsOf(named)).toEqual(RELEASED);
    // The opposite of what was said before is an alarm and changes nothing.
    expect(await take(harness.composeCallback({ ...refusal, state: "paid" }))).toBe("PAYMENT_MISMATCH");
    expect(await sumsOf(named)).toEqual(RELEASED);
    const alarms = await harness.resources.live.sql`
      SELECT kind, facts FROM alarms WHERE subject = ${`payout:${payoutId}`}`;
    expect(alarms).toMatchObject([{ kind: "payout.contradicted", facts: { status: "failed" } }]);
  });
});
