import { z } from "zod";
import { listRangesOfBatch } from "@/db/finance/queries/audit-lines";
import { findLine } from "@/db/finance/queries/earnings";
import { readShareState } from "@/db/finance/queries/shares";
import { listGiftsOfBatches, listGiftsOfLine } from "@/db/live/queries/gifts-to-settle";
import { BizError } from "@/domain/contracts/errors";
import type {
  LineSums,
  RecomputedGift,
  RecomputedLine,
  RecomputeLineInput,
} from "@/domain/contracts/finance";
import { SHARE_BPS_DEFAULT, splitGift } from "@/domain/rules/money";
import { type BatchRange, settleGifts } from "@/domain/rules/settle-gifts";
import { buildShareTable, type ShareTable, shareInForce } from "@/domain/rules/share";
import type { SignedInCtx } from "../context";
import { decodeCursor, encodeCursor } from "../cursor";
import { toAnchorLine } from "./list-lines";

/** The bucket and number of the last gift that was looked at. */
const Cursor = z.tuple([z.number().int().nonnegative(), z.number().int().positive()]);
/** Pages are looked for this often before an empty one is handed out: gifts at another share are passed over. */
const READS_MAX = 20;

/**
 * A stored settlement line beside the same sums computed anew from the gifts of its batch, and those gifts, page by page.
 * Changes nothing. Throws NOT_FOUND.
 */
export async function recomputeLine(ctx: SignedInCtx, input: RecomputeLineInput): Promise<RecomputedLine> {
  const stored = await findLine(ctx.finance, Number(input.lineId));
  if (!stored) throw new BizError("NOT_FOUND", { field: "lineId" });
  const { batchId, anchorId, shareBps } = stored;
  const ranges = await listRangesOfBatch(ctx.finance, batchId);
  const state = await readShareState(ctx.finance);
  const shares = buildShareTable(state.rows);
  const gifts = await listGiftsOfBatches(ctx.live, ranges, anchorId);
  const again = settleGifts(gifts, shares, SHARE_BPS_DEFAULT).find((line) => line.shareBps === shareBps);
  const recomputed = toSums(again ?? { gifts: 0, coins: 0, grossFen: 0, anchorFen: 0, platformFen: 0 });
  return {
    line: toAnchorLine(stored),
    ranges: ranges.map(({ batchId: _, ...range }) => range),
    recomputed,
    isEqual: JSON.stringify(recomputed) === JSON.stringify(toSums(stored)),
    ...(await listPage(ctx, { anchorId, shareBps, ranges }, shares, input)),
  };
}

function toSums({ gifts, coins, grossFen, anchorFen, platformFen }: LineSums): LineSums {
  return { gifts, coins, grossFen, anchorFen, platformFen };
}

async function listPage(
  ctx: SignedInCtx,
  line: { ranges: readonly BatchRange[]; anchorId: string; shareBps: number },
  shares: ShareTable,
  input: RecomputeLineInput,
): Promise<{ gifts: RecomputedGift[]; nextCursor: string | null }> {
  const gifts: RecomputedGift[] = [];
  let [bucket, seq] = decodeCursor(Cursor, input.cursor) ?? [0, 0];
  for (let reads = 0; reads < READS_MAX; reads++) {
    const rows = await listGiftsOfLine(ctx.live, line, { bucket, seq }, input.limit);
    for (const { sentAtMs, ...gift } of rows) {
      if (gifts.length === input.limit) return { gifts, nextCursor: encodeCursor([bucket, seq]) };
      ({ bucket, seq } = gift);
      const shareBps = shareInForce(shares, line.anchorId, sentAtMs, SHARE_BPS_DEFAULT);
      if (shareBps !== line.shareBps) continue;
      const split = splitGift(gift.totalCoins, shareBps);
      gifts.push({ ...gift, shareBps, ...split, sentAt: new Date(sentAtMs).toISOString() });
    }
    if (rows.length < input.limit) return { gifts, nextCursor: null };
  }
  return { gifts, nextCursor: encodeCursor([bucket, seq]) };
}
