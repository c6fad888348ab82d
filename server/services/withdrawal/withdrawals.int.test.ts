import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { findEarnings } from "@/db/finance/queries/earnings";
import type { BizError } from "@/domain/contracts/errors";
import type { PayoutAccount, WithdrawInput } from "@/domain/contracts/payout-account";
import { callBy } from "@/server/testing/money-harness";
import { type PayoutHarness, startPayoutHarness } from "@/server/testing/payout-harness";
import { decideWithdrawal } from "./decide-withdrawal";
import { listMyWithdrawals, searchWithdrawals } from "./list-withdrawals";
import { openPayoutAccount } from "./payout-account";
import { requestWithdrawal } from "./request-withdrawal";
import { getWithdrawalLimits, setWithdrawalPolicy } from "./withdrawal-limits";

let harness: PayoutHarness;
const operatorId = randomUUID();

beforeAll(async () => {
  harness = await startPayoutHarness();
});
afterAll(() => harness?.close());
// Whatever a test did, nobody has gained or lost.
afterEach(() => harness.checkMoney());

const anchorWith = (earnedFen: number) => harness.anchorWith(earnedFen);
const account: PayoutAccount = { kind: "bank", name: "王小明", number: "6222020205112233445" };
const by = (anchorId: string) => callBy(harness.resources, anchorId, "anchor");
const operator = () => callBy(harness.resources, operatorId, "operator");
const withdraw = (anchorId: string, amountFen: number, facts: Partial<WithdrawInput> = {}) =>
  requestWithdrawal(by(anchorId), {
    withdrawalId: randomUUID(),
    amountFen,
    payoutAccount: account,
    ...facts,
  });
const decide = (withdrawalId: string, approve: boolean, anchorId?: string) =>
  decideWithdrawal(operator(), { withdrawalId, anchorId, approve, note: "looked at" });
const earningsOf = async (anchorId: string) => {
  const { earnedFen, frozenFen, withdrawnFen } = (await findEarnings(
    harness.resources.finance,
    anchorId,
  )) ?? {
    earnedFen: 0,
    frozenFen: 0,
    withdrawnFen: 0,
  };
  return { earnedFen, frozenFen, withdrawnFen };
};
const nameOf = async (work: Promise<unknown>) =>
  await work.then(
    () => "done",
    (error: BizError) => error.bizName ?? String(error),
  );
const statusesOf = (shown: { steps: { status: string }[] }) => shown.steps.map((step) => step.status);

describe("asking for a withdrawal", () => {
  it("freezes the amount and shows a masked account", async () => {
    const anchorId = await anchorWith(500_000);
    const shown = await withdraw(anchorId, 200_000);
    expect(shown).toMatchObject({
      amountFen: 200_000,
      status: "requested",
      payoutAccount: { kind: "bank", nameMasked: "王**", numberMasked: "****3445" },
      paidAt: null,
    });
    expect(statusesOf(shown)).toEqual(["requested"]);
    expect(await earningsOf(anchorId)).toEqual({ earnedFen: 500_000, frozenFen: 200_000, withdrawnFen: 0 });
  });

  it("keeps the account sealed, openable by its own withdrawal only", async () => {
    const anchorId = await anchorWith(500_000);
    await withdraw(anchorId, 200_000);
    const other = await withdraw(anchorId, 200_000);
    const { finance, env } = harness.resources;
    const rows = await finance.sql<{ withdrawal_id: string; account_cipher: string }[]>`
      SELECT withdrawal_id, account_cipher FROM withdrawals WHERE anchor_id = ${anchorId} ORDER BY created_at`;
    const [first, second] = rows;
    expect(JSON.stringify(rows)).not.toContain(account.number);
    const named = { anchorId, withdrawalId: other.withdrawalId };
    expect(openPayoutAccount(env, { ...named, accountCipher: second?.account_cipher ?? "" })).toEqual(
      account,
    );
    expect(() => openPayoutAccount(env, { ...named, accountCipher: first?.account_cipher ?? "" })).toThrow(
      "belongs to another place",
    );
  });

  it("approves a small amount by itself", async () => {
    const anchorId = await anchorWith(500_000);
    const small = await withdraw(anchorId, 99_999);
    expect(small.status).toBe("approved");
    expect(statusesOf(small)).toEqual(["requested", "approved"]);
    expect((await withdraw(anchorId, 100_000)).status).toBe("requested");
  });

  it("is one withdrawal, however often it is asked for at once", async () => {
    const anchorId = await anchorWith(500_000);
    const withdrawalId = randomUUID();
    const all = await Promise.all(
      Array.from({ length: 100 }, () => withdraw(anchorId, 300_000, { withdrawalId })),
    );
    expect(new Set(all.map((shown) => JSON.stringify(shown))).size).toBe(1);
    expect(await earningsOf(anchorId)).toMatchObject({ frozenFen: 300_000 });
    expect((await listMyWithdrawals(by(anchorId), { limit: 10 })).items).toHaveLength(1);
  });

  it("lets one of two win that together exceed the earnings", async () => {
    const anchorId = await anchorWith(500_000);
    const names = await Promise.all([1, 2].map(() => nameOf(withdraw(anchorId, 300_000))));
    expect(names.toSorted()).toEqual(["INSUFFICIENT_EARNINGS", "done"]);
    expect(await earningsOf(anchorId)).toMatchObject({ frozenFen: 300_000 });
  });

  it("refuses the same id for anything else", async () => {
    const anchorId = await anchorWith(500_000);
    const { withdrawalId } = await withdraw(anchorId, 1_000);
    expect(await nameOf(withdraw(anchorId, 1_001, { withdrawalId }))).toBe("WITHDRAWAL_CONFLICT");
    const elsewhere = { ...account, number: "6222020200112233446" };
    expect(await nameOf(withdraw(anchorId, 1_000, { withdrawalId, payoutAccount: elsewhere }))).toBe(
      "WITHDRAWAL_CONFLICT",
    );
    expect(await nameOf(withdraw(anchorId, 1_000, { withdrawalId }))).toBe("done");
    // Ids of another anchor's client are another anchor's.
    const other = await anchorWith(500_000);
    expect((await withdraw(other, 2_000, { withdrawalId })).amountFen).toBe(2_000);
  });

  it("refuses more than there is, and what was never earned", async () => {
    const anchorId = await anchorWith(1_000);
    await expect(withdraw(anchorId, 1_001)).rejects.toMatchObject({
      bizName: "INSUFFICIENT_EARNINGS",
      details: { withdrawableFen: 1_000 },
    });
    expect(await nameOf(withdraw(anchorId, 1_000))).toBe("done");
    expect(await nameOf(withdraw(anchorId, 100))).toBe("INSUFFICIENT_EARNINGS");
    expect(await nameOf(withdraw(await anchorWith(0), 100))).toBe("INSUFFICIENT_EARNINGS");
    expect(await nameOf(withdraw(randomUUID(), 100))).toBe("FORBIDDEN");
  });

  it("keeps the limits, which an operator changes", async () => {
    const anchorId = await anchorWith(50_000_000);
    await expect(withdraw(anchorId, 99)).rejects.toMatchObject({
      bizName: "WITHDRAWAL_LIMIT",
      details: { limit: "minimum", limitFen: 100 },
    });
    await withdraw(anchorId, 15_000_000);
    await expect(withdraw(anchorId, 5_000_001)).rejects.toMatchObject({
      bizName: "WITHDRAWAL_LIMIT",
      details: { limit: "daily", limitFen: 20_000_000, usedFen: 15_000_000 },
    });
    expect(await getWithdrawalLimits(by(anchorId))).toMatchObject({
      minimumFen: 100,
      dailyMaxFen: 20_000_000,
      approvalThresholdFen: 100_000,
      usedTodayFen: 15_000_000,
    });
    const defaults = { minimumFen: 100, dailyMaxFen: 20_000_000, approvalThresholdFen: 100_000 };
    await setWithdrawalPolicy(operator(), { ...defaults, dailyMaxFen: 30_000_000, reason: "season" });
    expect(await nameOf(withdraw(anchorId, 5_000_001))).toBe("done");
    await setWithdrawalPolicy(operator(), { ...defaults, reason: "season over" });
    const actions = await harness.resources.finance.sql`
      SELECT actor_id, before, after, reason FROM operator_actions WHERE subject = 'policy:withdrawal' ORDER BY id`;
    expect(actions).toMatchObject([
      { actor_id: operatorId, before: defaults, after: { dailyMaxFen: 30_000_000 }, reason: "season" },
      { after: defaults, reason: "season over" },
    ]);
  });

  it("counts what was rejected neither as used up today nor as frozen", async () => {
    const anchorId = await anchorWith(50_000_000);
    const { withdrawalId } = await withdraw(anchorId, 20_000_000);
    await decide(withdrawalId, false);
    expect(await nameOf(withdraw(anchorId, 20_000_000))).toBe("done");
  });
});

describe("deciding", () => {
  it("approves once, with a record of who did", async () => {
    const anchorId = await anchorWith(500_000);
    const { withdrawalId } = await withdraw(anchorId, 200_000);
    const decided = await Promise.all([1, 2, 3].map(() => decide(withdrawalId, true)));
    expect(new Set(decided.map((shown) => shown.status))).toEqual(new Set(["approved"]));
    expect(statusesOf(await decide(withdrawalId, true))).toEqual(["requested", "approved"]);
    expect(await nameOf(decide(withdrawalId, false))).toBe("WITHDRAWAL_STATE_CONFLICT");
    const subject = `withdrawal:${anchorId}:${withdrawalId}`;
    const actions = await harness.resources.finance.sql`
      SELECT actor_id, action, before, after, reason FROM operator_actions WHERE subject = ${subject}`;
    expect(actions).toMatchObject([
      {
        actor_id: operatorId,
        action: "withdrawal.approve",
        before: { status: "requested" },
        after: { status: "approved", amountFen: 200_000 },
        reason: "looked at",
      },
    ]);
  });

  it("gives a rejected amount back and says why", async () => {
    const anchorId = await anchorWith(500_000);
    const { withdrawalId } = await withdraw(anchorId, 200_000);
    await decide(withdrawalId, false);
    expect(await earningsOf(anchorId)).toEqual({ earnedFen: 500_000, frozenFen: 0, withdrawnFen: 0 });
    const [shown] = (await listMyWithdrawals(by(anchorId), { limit: 1 })).items;
    expect(shown).toMatchObject({ status: "rejected", reason: "looked at" });
    expect(await nameOf(decide(withdrawalId, true))).toBe("WITHDRAWAL_STATE_CONFLICT");
  });

  it("lets one of approval and rejection at once win", async () => {
    const anchorId = await anchorWith(500_000);
    const { withdrawalId } = await withdraw(anchorId, 200_000);
    const names = await Promise.all([true, false].map((approve) => nameOf(decide(withdrawalId, approve))));
    expect(names.toSorted()).toEqual(["WITHDRAWAL_STATE_CONFLICT", "done"]);
  });

  it("needs the anchor where two have the same id", async () => {
    const [one, other] = [await anchorWith(500_000), await anchorWith(500_000)];
    const withdrawalId = randomUUID();
    for (const anchorId of [one, other]) await withdraw(anchorId, 200_000, { withdrawalId });
    await expect(decide(withdrawalId, true)).rejects.toMatchObject({
      bizName: "INVALID_INPUT",
      details: { field: "anchorId" },
    });
    expect((await decide(withdrawalId, true, other)).anchorId).toBe(other);
    expect((await listMyWithdrawals(by(one), { limit: 1 })).items[0]?.status).toBe("requested");
    expect(await nameOf(decide(randomUUID(), true))).toBe("NOT_FOUND");
  });
});

describe("lists", () => {
  it("page through an anchor's own, newest first, and nobody else's", async () => {
    const anchorId = await anchorWith(500_000);
    await withdraw(await anchorWith(500_000), 1_000);
    const made: string[] = [];
    for (let i = 0; i < 5; i++) made.unshift((await withdraw(anchorId, 1_000 + i)).withdrawalId);
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await listMyWithdrawals(by(anchorId), { limit: 2, cursor });
      seen.push(...page.items.map((item) => item.withdrawalId));
      cursor = page.nextCursor ?? undefined;
    } while (cursor);
    expect(seen).toHaveLength(5);
    expect(new Set(seen)).toEqual(new Set(made));
    expect(await nameOf(listMyWithdrawals(by(anchorId), { limit: 2, cursor: "nonsense" }))).toBe(
      "INVALID_INPUT",
    );
  });

  it("find what waits for an operator", async () => {
    const anchorId = await anchorWith(500_000);
    await withdraw(anchorId, 1_000);
    const { withdrawalId } = await withdraw(anchorId, 200_000);
    const { items } = await searchWithdrawals(operator(), { limit: 10, status: "requested", anchorId });
    expect(items.map((item) => item.withdrawalId)).toEqual([withdrawalId]);
    expect(JSON.stringify(items)).not.toContain(account.number);
  });
});
