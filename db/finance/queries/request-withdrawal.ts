import type { FinanceDb, Sql } from "@/db/client";
import { readPolicy } from "@/db/policies";
import { inTransaction } from "@/db/transaction";
import type {
  PayoutAccountKind,
  WithdrawalAssessment,
  WithdrawalPolicy,
} from "@/domain/contracts/withdrawal";
import { splitEarnings } from "@/domain/rules/split-earnings";
import { decideWithdrawalApproval } from "@/domain/rules/withdrawal-approval";
import { readAccountStanding, sumToNewAccounts, tryAccountCode } from "./account-codes";
import { insertWithdrawalEvent } from "./move-withdrawal";
import { listPayoutHolds, type PayoutHold } from "./payout-holds";
import { type RawWithdrawal, toWithdrawal, type WithdrawalRow } from "./withdrawal-row";
import { sumYoungEarnings } from "./young-earnings";

const DAY_MS = 86_400_000;
const MONTH_DAYS = 30;
/** What the operator is told of the age of earnings, whatever the policy holds back. */
const DAY_HOURS = 24;

export interface WithdrawalRequest {
  anchorId: string;
  withdrawalId: string;
  /** Of the new payout, should this be a new withdrawal. */
  payoutId: string;
  amountFen: number;
  account: {
    cipher: string;
    index: string;
    kind: PayoutAccountKind;
    nameMasked: string;
    numberMasked: string;
  };
  traceId: string;
  at: Date;
  /** When the day of `at` began in the platform's calendar. */
  dayStart: Date;
  /** What was sent to the anchor's phone, as it is kept; null when none was given. */
  codeHash: string | null;
  /** Decides what the policy is where nothing is stored. */
  mode: string;
}

export type RequestOutcome =
  | { outcome: "created" | "exists"; row: WithdrawalRow }
  | { outcome: "conflict" }
  | { outcome: "held"; hold: PayoutHold }
  | { outcome: "limit"; limit: "minimum" | "daily"; limitFen: number; usedFen: number }
  | { outcome: "insufficient"; withdrawableFen: number; maturingFen: number }
  | { outcome: "code-needed" }
  | { outcome: "code-wrong"; triesLeft: number };

/**
 * Freezes an amount of an anchor's earnings for a new withdrawal, in one transaction; the same id with the same content
 * returns what stands. All requests of an anchor go one after the other by the lock on the earnings, so that every sum
 * read here still holds when it is acted upon. A wrong code counts although nothing else changes.
 *
 * Locks: the earnings of the anchor, then the withdrawal, then the code of the account.
 */
export async function requestWithdrawal(db: FinanceDb, request: WithdrawalRequest): Promise<RequestOutcome> {
  return await inTransaction(db.sql, async (sql) => {
    const { anchorId, withdrawalId, amountFen, account, at } = request;
    const [earnings] = await sql<{ earned_fen: string; frozen_fen: string; withdrawn_fen: string }[]>`
      SELECT earned_fen, frozen_fen, withdrawn_fen FROM anchor_earnings WHERE anchor_id = ${anchorId} FOR UPDATE`;
    const [standing] = await sql<RawWithdrawal[]>`
      SELECT * FROM withdrawals WHERE withdrawal_id = ${withdrawalId} AND anchor_id = ${anchorId}`;
    if (standing) {
      const isSame = Number(standing.amount_fen) === amountFen && standing.account_index === account.index;
      return isSame ? { outcome: "exists", row: toWithdrawal(standing) } : { outcome: "conflict" };
    }
    const [hold] = await listPayoutHolds(sql, anchorId, at);
    if (hold) return { outcome: "held", hold };

    const policy = await readPolicy(sql, "withdrawal", request.mode);
    if (amountFen < policy.minimumFen) {
      return { outcome: "limit", limit: "minimum", limitFen: policy.minimumFen, usedFen: 0 };
    }
    const usedFen = await sumSince(sql, anchorId, request.dayStart);
    if (usedFen + amountFen > policy.dailyMaxFen) {
      return { outcome: "limit", limit: "daily", limitFen: policy.dailyMaxFen, usedFen };
    }
    const young = await sumYoungEarnings(sql, anchorId, policy.holdingHours);
    const split = splitEarnings({
      earnedFen: Number(earnings?.earned_fen ?? 0),
      frozenFen: Number(earnings?.frozen_fen ?? 0),
      withdrawnFen: Number(earnings?.withdrawn_fen ?? 0),
      youngFen: young.fen,
    });
    if (split.withdrawableFen < amountFen) return { outcome: "insufficient", ...split };

    const named = { anchorId, accountIndex: account.index };
    const known = await readAccountStanding(sql, named);
    if (policy.accountCodeRequired && !known.isKnown && !known.isConfirmed) {
      if (request.codeHash === null) return { outcome: "code-needed" };
      const { codeHash, traceId } = request;
      const tried = await tryAccountCode(sql, { ...named, codeHash, traceId });
      if (!tried.isRight) return { outcome: "code-wrong", triesLeft: tried.triesLeft };
      known.isConfirmed = true;
    }
    const row = await insertWithdrawal(sql, request, await assess(sql, request, policy, known));
    return { outcome: "created", row };
  });
}

async function assess(
  sql: Sql,
  { anchorId, amountFen, at }: WithdrawalRequest,
  policy: WithdrawalPolicy,
  { isKnown, isConfirmed }: { isKnown: boolean; isConfirmed: boolean },
): Promise<WithdrawalAssessment> {
  const asked = await sumAsked(sql, anchorId, at);
  const monthAgo = new Date(at.getTime() - MONTH_DAYS * DAY_MS);
  const facts = {
    dayFen: asked.dayFen + amountFen,
    monthFen: asked.monthFen + amountFen,
    newAccountsFen: (await sumToNewAccounts(sql, anchorId, monthAgo)) + (isKnown ? 0 : amountFen),
    isAccountKnown: isKnown,
    isAccountConfirmed: isConfirmed,
  };
  const { fen } = await sumYoungEarnings(sql, anchorId, DAY_HOURS);
  return { ...facts, earnedWithinDayFen: fen, reasons: decideWithdrawalApproval(facts, policy) };
}

async function insertWithdrawal(
  sql: Sql,
  request: WithdrawalRequest,
  assessment: WithdrawalAssessment,
): Promise<WithdrawalRow> {
  const { anchorId, withdrawalId, amountFen, account, at } = request;
  await sql`
    UPDATE anchor_earnings SET frozen_fen = frozen_fen + ${amountFen}, updated_at = now()
    WHERE anchor_id = ${anchorId}`;
  const isApproved = assessment.reasons.length === 0;
  const time = at.toISOString();
  const [created] = await sql<RawWithdrawal[]>`
    INSERT INTO withdrawals (anchor_id, withdrawal_id, payout_id, amount_fen, status, account_cipher, account_index,
      account_kind, name_masked, account_masked, assessment, decided_at, next_attempt_at, trace_id, created_at, updated_at)
    VALUES (${anchorId}, ${withdrawalId}, ${request.payoutId}, ${amountFen}, ${isApproved ? "approved" : "requested"},
      ${account.cipher}, ${account.index}, ${account.kind}, ${account.nameMasked}, ${account.numberMasked},
      ${JSON.stringify(assessment)}::text::jsonb, ${isApproved ? time : null}, ${isApproved ? time : null},
      ${request.traceId}, ${time}, ${time})
    RETURNING *`;
  const event = { anchorId, withdrawalId, actorId: null, traceId: request.traceId, at };
  await insertWithdrawalEvent(sql, { ...event, from: null, to: "requested", actorId: anchorId, note: null });
  if (isApproved) {
    await insertWithdrawalEvent(sql, { ...event, from: "requested", to: "approved", note: null });
  }
  return toWithdrawal(created as RawWithdrawal);
}

/** What an anchor asked for within 24 hours and within 30 days, and did not get back. */
async function sumAsked(sql: Sql, anchorId: string, at: Date): Promise<{ dayFen: number; monthFen: number }> {
  const ago = (days: number) => new Date(at.getTime() - days * DAY_MS);
  return {
    dayFen: await sumSince(sql, anchorId, ago(1)),
    monthFen: await sumSince(sql, anchorId, ago(MONTH_DAYS)),
  };
}

export const sumAskedFor = (db: FinanceDb, anchorId: string, at: Date) => sumAsked(db.sql, anchorId, at);

async function sumSince(sql: Sql, anchorId: string, since: Date): Promise<number> {
  const [row] = await sql<{ fen: string }[]>`
    SELECT coalesce(sum(amount_fen), 0) AS fen FROM withdrawals
    WHERE anchor_id = ${anchorId} AND created_at >= ${since.toISOString()} AND status NOT IN ('rejected', 'failed')`;
  return Number(row?.fen ?? 0);
}

/** What an anchor asked for since an instant and did not get back. */
export const sumWithdrawalsSince = (db: FinanceDb, anchorId: string, since: Date) =>
  sumSince(db.sql, anchorId, since);
