import { randomInt, randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Sql } from "@/db/client";
import { placePayoutHold } from "@/db/finance/queries/payout-holds";
import { postGifts } from "@/db/live/ledger/post-gifts";
import { readPolicy, writePolicy } from "@/db/policies";
import { tamper } from "@/db/testing/tamper";
import type { BizError } from "@/domain/contracts/errors";
import type { PayoutAccount, WithdrawInput } from "@/domain/contracts/payout-account";
import { policyDefaults } from "@/domain/contracts/policies";
import { DEMO_ANCHOR_PHONES, DEMO_CODE } from "@/domain/rules/demo-users";
import { cardNumber } from "@/server/testing/card-number";
import { callBy, giftEntry, openWallet } from "@/server/testing/money-harness";
import { type PayoutHarness, startPayoutHarness } from "@/server/testing/payout-harness";
import { getFinanceSummary } from "../finance/get-summary";
import { settleAndTakeBack, startStretch } from "../finance/settlement-stretch";
import { findInboxMessage } from "../one-time-code/sms-provider";
import { refundGift } from "../refund/refund-gift";
import { decideWithdrawal } from "./decide-withdrawal";
import { payWithdrawals } from "./pay-withdrawals";
import { requestWithdrawal } from "./request-withdrawal";
import { sendAccountCode } from "./send-account-code";
import { setWithdrawalPolicy } from "./withdrawal-limits";

let harness: PayoutHarness;
const PRODUCTION = policyDefaults("withdrawal", "production");

beforeAll(async () => {
  harness = await startPayoutHarness();
  harness.resources.env = { ...harness.resources.env, RATE_LIMIT_ONE_TIME_CODE: "6/60" };
});
afterAll(() => harness?.close());
// Every test begins with what holds in production.
beforeEach(async () => {
  await setWithdrawalPolicy(operator(), { ...PRODUCTION, reason: "as in production" });
});
afterEach(() => harness.checkMoney());

const finance = () => harness.resources.finance.sql;
const operator = () => callBy(harness.resources, randomUUID(), "operator");
const by = (anchorId: string) => callBy(harness.resources, anchorId, "anchor");
const newPhone = () => `+1555${randomInt(1_000_000, 10_000_000)}`;
const newAccount = (): PayoutAccount => ({
  kind: "bank",
  name: "王小明",
  number: cardNumber(),
});
const phones = new Map<string, string>();

/** An anchor whose earnings are all older than any holding time. */
async function newAnchor(earnedFen = 1_000_000, phone = newPhone()): Promise<string> {
  const anchorId = await harness.anchorWith(earnedFen, phone);
  phones.set(anchorId, phone);
  await age(anchorId, 30 * 24);
  return anchorId;
}
/** Makes everything that an anchor has earned by now this many hours older. */
async function age(anchorId: string, hours: number): Promise<void> {
  const older = (table: string) => `
    UPDATE ${table} SET created_at = created_at - interval '${hours} hours' WHERE anchor_id = '${anchorId}';`;
  await tamper(harness.financeOwnerUrl, older("settlement_lines") + older("settlement_reversals"));
}
const withdraw = (anchorId: string, amountFen: number, facts: Partial<WithdrawInput> = {}) =>
  requestWithdrawal(by(anchorId), {
    withdrawalId: randomUUID(),
    amountFen,
    payoutAccount: newAccount(),
    ...facts,
  });
const codeOf = async (anchorId: string) =>
  (await findInboxMessage(harness.resources.redis, phones.get(anchorId) ?? ""))?.code ?? "";
/** Has a code sent for an account and reads it. */
async function newCode(anchorId: string, payoutAccount: PayoutAccount): Promise<string> {
  expect(await sendAccountCode(by(anchorId), { payoutAccount })).toMatchObject({ isNeeded: true });
  return codeOf(anchorId);
}
const withCode = async (anchorId: string, amountFen: number, payoutAccount = newAccount()) =>
  withdraw(anchorId, amountFen, { payoutAccount, accountCode: await newCode(anchorId, payoutAccount) });
const refusalOf = (work: Promise<unknown>) =>
  work.then(
    () => "done",
    (error: BizError) => error.bizName ?? String(error),
  );
/** Rounds of the scheduler, each a minute after the last; a busy machine may answer a call too late. */
async function runUntilPaid(withdrawalId: string): Promise<void> {
  let minutes = 0;
  const round = async () => {
    const inMs = 60_000 * minutes++;
    await payWithdrawals(harness.resources, () => new Date(Date.now() + inMs));
    const [row] = await finance()`SELECT status FROM withdrawals WHERE withdrawal_id = ${withdrawalId}`;
    return row?.status;
  };
  await expect.poll(round, { timeout: 40_000, interval: 100 }).toBe("paid");
}
/** An account that something was paid to two days ago. */
async function knownAccount(anchorId: string): Promise<PayoutAccount> {
  const payoutAccount = newAccount();
  const { withdrawalId } = await withCode(anchorId, 1_000, payoutAccount);
  await runUntilPaid(withdrawalId);
  await finance()`
    UPDATE withdrawals SET paid_at = now() - interval '2 days', created_at = created_at - interval '2 days'
    WHERE withdrawal_id = ${withdrawalId}`;
  return payoutAccount;
}

describe("what passes by itself", () => {
  it("does not include two withdrawals just below the threshold to accounts never seen", async () => {
    const anchorId = await newAnchor();
    const both = [await withCode(anchorId, 99_900), await withCode(anchorId, 99_900)];
    expect(both.map(({ status, waitsFor }) => [status, waitsFor])).toEqual([
      ["requested", ["new_accounts"]],
      ["requested", ["sum_of_day", "new_accounts"]],
    ]);
    await payWithdrawals(harness.resources);
    const rows = await finance()`SELECT status, ordered_at FROM withdrawals WHERE anchor_id = ${anchorId}`;
    const isWaiting = { status: "requested", ordered_at: null };
    expect(rows).toEqual([isWaiting, isWaiting]);
  });

  it("is no more for being asked for in pieces at once", async () => {
    const anchorId = await newAnchor();
    const payoutAccount = await knownAccount(anchorId);
    const all = await Promise.all(
      Array.from({ length: 12 }, () => withdraw(anchorId, 20_000, { payoutAccount })),
    );
    // A fifth one makes a hundred thousand.
    expect(all.filter(({ status }) => status === "approved")).toHaveLength(4);
    expect(all.filter(({ status }) => status === "requested")).toHaveLength(8);
  });

  it("is a small sum to new accounts, and more to one that was paid before yesterday", async () => {
    const anchorId = await newAnchor();
    expect((await withCode(anchorId, 10_000)).status).toBe("approved");
    expect((await withCode(anchorId, 10_000)).waitsFor).toEqual(["new_accounts"]);
    const other = await newAnchor();
    const payoutAccount = await knownAccount(other);
    expect((await withdraw(other, 98_999, { payoutAccount })).status).toBe("approved");
    expect((await withdraw(other, 1_000, { payoutAccount })).status).toBe("approved");
    expect((await withdraw(other, 1_000, { payoutAccount })).waitsFor).toEqual(["sum_of_day"]);
  });

  it("counts thirty days, and not what was given back", async () => {
    const anchorId = await newAnchor();
    const payoutAccount = await knownAccount(anchorId);
    for (let day = 0; day < 5; day++) {
      const { withdrawalId, status } = await withdraw(anchorId, 99_000, { payoutAccount });
      expect(status).toBe("approved");
      await finance()`
        UPDATE withdrawals SET created_at = created_at - interval '2 days' WHERE withdrawal_id = ${withdrawalId}`;
    }
    const { withdrawalId, waitsFor } = await withdraw(anchorId, 4_000, { payoutAccount });
    expect(waitsFor).toEqual(["sum_of_month"]);
    await decideWithdrawal(operator(), { withdrawalId, approve: false, note: "later" });
    expect((await withdraw(anchorId, 3_900, { payoutAccount })).status).toBe("approved");
    await finance()`
      UPDATE withdrawals SET created_at = created_at - interval '30 days' WHERE anchor_id = ${anchorId}`;
    expect((await withdraw(anchorId, 99_000, { payoutAccount })).status).toBe("approved");
  });

  it("does not take an account as known that was paid only a moment ago", async () => {
    const anchorId = await newAnchor();
    const payoutAccount = newAccount();
    const { withdrawalId } = await withCode(anchorId, 15_000, payoutAccount);
    await runUntilPaid(withdrawalId);
    const next = await withdraw(anchorId, 15_000, { payoutAccount });
    expect(next.waitsFor).toEqual(["new_accounts"]);
  });
});

describe("the code for a new account", () => {
  it("is needed once, and then the account is confirmed", async () => {
    const anchorId = await newAnchor();
    const payoutAccount = newAccount();
    expect(await refusalOf(withdraw(anchorId, 1_000, { payoutAccount }))).toBe("ACCOUNT_CODE_NEEDED");
    expect((await getFinanceSummary(by(anchorId))).frozenFen).toBe(0);
    const accountCode = await newCode(anchorId, payoutAccount);
    expect((await withdraw(anchorId, 1_000, { payoutAccount, accountCode })).status).toBe("approved");
    expect((await withdraw(anchorId, 1_000, { payoutAccount })).status).toBe("approved");
    expect(await sendAccountCode(by(anchorId), { payoutAccount })).toEqual({ isNeeded: false });
    // Used up: it does not confirm anything else.
    expect(await refusalOf(withdraw(anchorId, 1_000, { accountCode }))).toBe("ACCOUNT_CODE_WRONG");
  });

  it("is of no use for another account or another anchor", async () => {
    const [one, other] = [await newAnchor(), await newAnchor()];
    const payoutAccount = newAccount();
    const accountCode = await newCode(one, payoutAccount);
    expect(await refusalOf(withdraw(one, 1_000, { accountCode }))).toBe("ACCOUNT_CODE_WRONG");
    const elsewhere = { ...payoutAccount, name: "李四" };
    expect(await refusalOf(withdraw(one, 1_000, { payoutAccount: elsewhere, accountCode }))).toBe(
      "ACCOUNT_CODE_WRONG",
    );
    expect(await refusalOf(withdraw(other, 1_000, { payoutAccount, accountCode }))).toBe(
      "ACCOUNT_CODE_WRONG",
    );
    expect(await refusalOf(withdraw(one, 1_000, { payoutAccount, accountCode }))).toBe("done");
  });

  it("bears five wrong tries, however they come", async () => {
    const anchorId = await newAnchor();
    const payoutAccount = newAccount();
    const accountCode = await newCode(anchorId, payoutAccount);
    const wrong = accountCode === "111111" ? "222222" : "111111";
    const tries = await Promise.allSettled(
      Array.from({ length: 8 }, () => withdraw(anchorId, 1_000, { payoutAccount, accountCode: wrong })),
    );
    const left = tries.map((tried) => (tried as { reason: BizError }).reason.details.triesLeft);
    expect(left.toSorted((a, b) => Number(a) - Number(b))).toEqual([0, 0, 0, 0, 1, 2, 3, 4]);
    expect(await refusalOf(withdraw(anchorId, 1_000, { payoutAccount, accountCode }))).toBe(
      "ACCOUNT_CODE_WRONG",
    );
    const next = await newCode(anchorId, payoutAccount);
    expect(await refusalOf(withdraw(anchorId, 1_000, { payoutAccount, accountCode: next }))).toBe("done");
  });

  it("expires, is replaced by the next one, and is kept as no more than a keyed hash", async () => {
    const anchorId = await newAnchor();
    const payoutAccount = newAccount();
    const first = await newCode(anchorId, payoutAccount);
    const second = await newCode(anchorId, payoutAccount);
    if (first !== second) {
      expect(await refusalOf(withdraw(anchorId, 1_000, { payoutAccount, accountCode: first }))).toBe(
        "ACCOUNT_CODE_WRONG",
      );
    }
    const rows = await finance()<{ code_hash: string }[]>`
      SELECT code_hash FROM payout_account_codes WHERE anchor_id = ${anchorId}`;
    expect(rows.map((row) => row.code_hash)).toEqual([expect.stringMatching(/^[\da-f]{64}$/)]);
    await finance()`
      UPDATE payout_account_codes SET expires_at = now() - interval '1 second' WHERE anchor_id = ${anchorId}`;
    expect(await refusalOf(withdraw(anchorId, 1_000, { payoutAccount, accountCode: second }))).toBe(
      "ACCOUNT_CODE_WRONG",
    );
  });

  it("lets one of two that use it at once do so, and both withdrawals stand", async () => {
    const anchorId = await newAnchor();
    const payoutAccount = newAccount();
    const accountCode = await newCode(anchorId, payoutAccount);
    const both = await Promise.all(
      [1, 2].map(() => withdraw(anchorId, 1_000, { payoutAccount, accountCode })),
    );
    expect(both.map(({ status }) => status)).toEqual(["approved", "approved"]);
    const confirmed = await finance()`SELECT 1 FROM payout_accounts WHERE anchor_id = ${anchorId}`;
    expect(confirmed).toHaveLength(1);
  });

  it("is not used up by a request that is refused for something else", async () => {
    const anchorId = await newAnchor(5_000);
    const payoutAccount = newAccount();
    const accountCode = await newCode(anchorId, payoutAccount);
    expect(await refusalOf(withdraw(anchorId, 6_000, { payoutAccount, accountCode }))).toBe(
      "INSUFFICIENT_EARNINGS",
    );
    expect(await refusalOf(withdraw(anchorId, 5_000, { payoutAccount, accountCode }))).toBe("done");
  });

  it("is sent so often and no more, and costs nothing where it is not asked for", async () => {
    const anchorId = await newAnchor();
    const sent = await Promise.all(
      Array.from({ length: 9 }, () =>
        refusalOf(sendAccountCode(by(anchorId), { payoutAccount: newAccount() })),
      ),
    );
    expect(sent.toSorted()).toEqual([...Array(3).fill("RATE_LIMITED"), ...Array(6).fill("done")]);
    await setWithdrawalPolicy(operator(), { accountCodeRequired: false, reason: "test" });
    const other = await newAnchor();
    expect(await sendAccountCode(by(other), { payoutAccount: newAccount() })).toEqual({ isNeeded: false });
    expect((await withdraw(other, 1_000)).status).toBe("approved");
  });

  it("is the known one for the people of the demonstration, and for nobody in production", async () => {
    const anchorId = await newAnchor(10_000, DEMO_ANCHOR_PHONES[0]);
    const payoutAccount = newAccount();
    const staging = { ...harness.resources.env, DOWNPOUR_MODE: "production" as const };
    expect(await refusalOf(sendAccountCode({ ...by(anchorId), env: staging }, { payoutAccount }))).toBe(
      "SMS_NOT_CONFIGURED",
    );
    expect(await refusalOf(withdraw(anchorId, 1_000, { payoutAccount, accountCode: DEMO_CODE }))).toBe(
      "ACCOUNT_CODE_WRONG",
    );
    await sendAccountCode(by(anchorId), { payoutAccount });
    expect(await refusalOf(withdraw(anchorId, 1_000, { payoutAccount, accountCode: DEMO_CODE }))).toBe(
      "done",
    );
  });
});

describe("holding time", () => {
  it("keeps earnings that are young from being withdrawn, and says until when", async () => {
    const anchorId = await harness.anchorWith(50_000, newPhone());
    const summary = await getFinanceSummary(by(anchorId));
    expect(summary).toMatchObject({ earnedFen: 50_000, withdrawableFen: 0, maturingFen: 50_000 });
    const inHours = (Date.parse(summary.maturesBy ?? "") - Date.now()) / 3_600_000;
    expect(inHours).toBeGreaterThan(23.5);
    expect(inHours).toBeLessThanOrEqual(24.1);
    await expect(withdraw(anchorId, 1_000)).rejects.toMatchObject({
      bizName: "INSUFFICIENT_EARNINGS",
      details: { withdrawableFen: 0, maturingFen: 50_000 },
    });
    await age(anchorId, 25);
    expect(await getFinanceSummary(by(anchorId))).toMatchObject({
      withdrawableFen: 50_000,
      maturingFen: 0,
      maturesBy: null,
    });
    expect(await refusalOf(withdraw(anchorId, 1_000))).toBe("ACCOUNT_CODE_NEEDED");
  });

  it("counts what refunds took back once, whatever the age of the gift", async () => {
    const { resources } = harness;
    const anchorId = await harness.anchorWith(0, newPhone());
    const senderId = randomUUID();
    await openWallet(resources, senderId, 1_000_000);
    const give = async (priceCoins: number) => {
      const gift = giftEntry(senderId, { anchorId, priceCoins });
      await postGifts(resources.live.sql, [gift]);
      await settle();
      return gift;
    };
    const settle = async () => {
      while (await settleAndTakeBack(resources, startStretch("test"), 1_000));
    };
    const takeBack = async ({ giftOrderId }: { giftOrderId: string }) => {
      const facts = { senderId, giftOrderId, refundId: randomUUID(), reason: "asked for" };
      await refundGift(operator(), facts);
      await settle();
    };
    const read = async () => {
      const { earnedFen, withdrawableFen, maturingFen, frozenFen, withdrawnFen } = await getFinanceSummary(
        by(anchorId),
      );
      expect(withdrawableFen + maturingFen + frozenFen + withdrawnFen).toBe(earnedFen);
      return { withdrawableFen, maturingFen };
    };
    const [old, alsoOld] = [await give(2_000), await give(4_000)];
    await age(anchorId, 48);
    const [young] = [await give(1_000), await give(600)];
    expect(await read()).toEqual({ withdrawableFen: 30_000, maturingFen: 8_000 });
    await takeBack(young);
    expect(await read()).toEqual({ withdrawableFen: 30_000, maturingFen: 3_000 });
    await takeBack(old);
    expect(await read()).toEqual({ withdrawableFen: 20_000, maturingFen: 3_000 });
    await age(anchorId, 48);
    expect(await read()).toEqual({ withdrawableFen: 23_000, maturingFen: 0 });
    // Taken back within the time that is looked at, and of a gift that is older.
    await takeBack(alsoOld);
    expect(await read()).toEqual({ withdrawableFen: 3_000, maturingFen: 0 });
  });

  it("is none in a demonstration", async () => {
    await tamper(harness.financeOwnerUrl, "DELETE FROM policies WHERE key = 'withdrawal'");
    const anchorId = await harness.anchorWith(50_000, newPhone());
    expect(await getFinanceSummary(by(anchorId))).toMatchObject({ withdrawableFen: 50_000, maturingFen: 0 });
    expect((await withdraw(anchorId, 49_000)).status).toBe("approved");
  });
});

describe("the policy", () => {
  const stored = { minimumFen: 100, dailyMaxFen: 300_000, approvalThresholdFen: 5_000 };

  it("takes what a row from before does not say from the mode", async () => {
    const read = (mode?: string) => readPolicy(finance(), "withdrawal", mode);
    await finance()`UPDATE policies SET value = ${JSON.stringify(stored)}::text::jsonb WHERE key = 'withdrawal'`;
    const strict = { ...stored, monthThresholdFen: 500_000, newAccountThresholdFen: 20_000 };
    for (const mode of [undefined, "production", "staging", "anything"]) {
      expect(await read(mode)).toEqual({ ...strict, holdingHours: 24, accountCodeRequired: true });
    }
    for (const mode of ["demo", "development"]) {
      expect(await read(mode)).toMatchObject({ ...stored, holdingHours: 0, accountCodeRequired: false });
    }
  });

  it("keeps what a change leaves out, also when two come at once", async () => {
    await Promise.all([
      setWithdrawalPolicy(operator(), { holdingHours: 48, reason: "test" }),
      setWithdrawalPolicy(operator(), { approvalThresholdFen: 5_000, reason: "test" }),
    ]);
    expect(await readPolicy(finance(), "withdrawal", "production")).toEqual({
      ...PRODUCTION,
      holdingHours: 48,
      approvalThresholdFen: 5_000,
    });
    const wrong = finance().begin((tx) =>
      writePolicy(
        tx as unknown as Sql,
        "withdrawal",
        { holdingHours: -1 },
        {
          actorId: randomUUID(),
          traceId: "0".repeat(32),
          approval: undefined,
        },
      ),
    );
    await expect(wrong).rejects.toThrow();
  });
});

describe("a hold", () => {
  it("refuses a request before anything is frozen, and lets one that stands be read again", async () => {
    const anchorId = await newAnchor();
    const payoutAccount = await knownAccount(anchorId);
    const withdrawalId = randomUUID();
    await withdraw(anchorId, 1_000, { payoutAccount, withdrawalId });
    await placePayoutHold(harness.resources.finance, {
      id: randomUUID(),
      anchorId,
      kind: "charge_back",
      reason: "between us",
      until: null,
      placedBy: randomUUID(),
      traceId: "0".repeat(32),
    });
    const refused = withdraw(anchorId, 1_000, { payoutAccount });
    await expect(refused).rejects.toMatchObject({
      bizName: "PAYOUTS_HELD",
      details: { kind: "charge_back" },
    });
    await refused.catch((error: BizError) =>
      expect(JSON.stringify(error.details)).not.toContain("between us"),
    );
    expect((await withdraw(anchorId, 1_000, { payoutAccount, withdrawalId })).withdrawalId).toBe(
      withdrawalId,
    );
    expect((await getFinanceSummary(by(anchorId))).frozenFen).toBe(1_000);
  });
});
