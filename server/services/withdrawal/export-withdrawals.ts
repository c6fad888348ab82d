import { listWithdrawals, type WithdrawalPlace } from "@/db/finance/queries/withdrawals";
import { fenToYuanText } from "@/domain/rules/csv";
import type { SignedInCtx } from "../context";

const PAGE_ROWS = 500;

/** The calling anchor's withdrawals, newest first, as a table. */
export function exportWithdrawals(ctx: SignedInCtx) {
  return {
    head: [
      "withdrawal_id",
      "requested_at",
      "amount_cny",
      "status",
      "account_kind",
      "account_owner",
      "account_number",
      "reason",
      "decided_at",
      "paid_at",
      "trace_id",
    ],
    pages: readPages(ctx),
  };
}

async function* readPages({ finance, session }: SignedInCtx) {
  let below: WithdrawalPlace | null = null;
  for (;;) {
    const rows = await listWithdrawals(finance, { anchorId: session.userId, below, limit: PAGE_ROWS });
    yield rows.map((row) => [
      row.withdrawalId,
      row.createdAt.toISOString(),
      fenToYuanText(row.amountFen),
      row.status,
      row.accountKind,
      row.nameMasked,
      row.accountMasked,
      row.status === "rejected" ? row.note : row.failureReason,
      row.decidedAt?.toISOString() ?? null,
      row.paidAt?.toISOString() ?? null,
      row.traceId,
    ]);
    const last = rows.at(-1);
    if (!last || rows.length < PAGE_ROWS) return;
    below = { createdAt: last.createdAt, payoutId: last.payoutId };
  }
}
