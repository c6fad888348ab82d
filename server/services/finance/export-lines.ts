import { listLines } from "@/db/finance/queries/earnings";
import { BizError } from "@/domain/contracts/errors";
import { Uuid } from "@/domain/contracts/ids";
import { fenToYuanText } from "@/domain/rules/csv";
import type { SignedInCtx } from "../context";

const PAGE_ROWS = 1_000;

/**
 * The calling anchor's settlement lines, newest first, as a table; for an operator those of all anchors, or of the one
 * that `anchorId` names. Throws INVALID_INPUT.
 */
export function exportLines(ctx: SignedInCtx, query: URLSearchParams) {
  return {
    head: [
      "line_id",
      "settled_at",
      "anchor_id",
      "batch_id",
      "share_bps",
      "gifts",
      "coins",
      "gross_cny",
      "anchor_cny",
      "platform_cny",
    ],
    pages: readPages(ctx, chooseAnchor(ctx, query)),
  };
}

function chooseAnchor({ session }: SignedInCtx, query: URLSearchParams): string | null {
  if (session.role !== "operator") return session.userId;
  const wanted = query.get("anchorId");
  if (wanted === null) return null;
  const id = Uuid.safeParse(wanted);
  if (!id.success) throw new BizError("INVALID_INPUT", { field: "anchorId" });
  return id.data;
}

async function* readPages({ finance }: SignedInCtx, anchorId: string | null) {
  let belowId: number | null = null;
  for (;;) {
    const rows = await listLines(finance, { anchorId, belowId, limit: PAGE_ROWS });
    yield rows.map((row) => [
      row.id,
      row.createdAt.toISOString(),
      row.anchorId,
      row.batchId,
      row.shareBps,
      row.gifts,
      row.coins,
      fenToYuanText(row.grossFen),
      fenToYuanText(row.anchorFen),
      fenToYuanText(row.platformFen),
    ]);
    const last = rows.at(-1);
    if (!last || rows.length < PAGE_ROWS) return;
    belowId = last.id;
  }
}
