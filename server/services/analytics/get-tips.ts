import { readTips } from "@/db/finance/queries/analytics-tips";
import type { TipsFilter } from "@/db/finance/queries/tips-rows";
import { readTail } from "@/db/live/queries/gift-cells";
import { listPeople } from "@/db/live/queries/users";
import {
  TIPS_DAYS_MAX,
  TIPS_ROWS_MAX,
  type Tips,
  type TipsInput,
  type TipsRow,
} from "@/domain/contracts/analytics";
import { BizError } from "@/domain/contracts/errors";
import { seqsOf } from "@/domain/rules/feed-agreement";
import type { Ctx } from "../context";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/**
 * The worker counts long before so many wait. Where it does not run, reading more than this would keep somebody waiting
 * for half a minute: then the answer is what was counted, and says so.
 */
const TAIL_GIFTS_MAX = 1_000_000;

/**
 * Gifts of a time by whatever they are asked for by: what was counted and what came since, which together is everything
 * that was paid until `upTo`. Throws INVALID_INPUT for a range that ends before it begins, is too long or has too many
 * rows.
 */
export async function getTips(ctx: Pick<Ctx, "live" | "finance">, input: TipsInput): Promise<Tips> {
  const filter = readRange(input);
  const { from, to } = filter;
  // The cursors before what lies beyond them: a gift that is counted meanwhile is still beyond the cursors of this snapshot.
  const { sums, tail } = await readTips(ctx.finance, filter, async (places, take) => {
    const cursors = seqsOf(places.buckets);
    const at = await readTail(ctx.live, {
      cursors,
      refundSeq: places.refunds.seq,
      from,
      to,
      anchorIds: filter.anchorIds,
      giftsMax: TAIL_GIFTS_MAX,
      take,
    });
    return { upTo: at ?? places.countedTo, isCurrent: at !== null };
  });
  if (sums.rows.length > TIPS_ROWS_MAX) throw new BizError("INVALID_INPUT", { field: "groupBy" });
  const anchorIds = [
    ...new Set([...(input.anchorIds ?? []), ...sums.rows.flatMap(({ anchor }) => anchor ?? [])]),
  ];
  const names = new Map((await listPeople(ctx.live, anchorIds)).map((one) => [one.userId, one.nickname]));
  const rows = sums.rows.map(
    (row): TipsRow => (row.anchor ? { ...row, anchorName: names.get(row.anchor) ?? null } : row),
  );
  return {
    rows,
    total: sums.total,
    from: from.toISOString(),
    to: to.toISOString(),
    upTo: tail.upTo.toISOString(),
    isCurrent: tail.isCurrent,
    unknownAnchorIds: (input.anchorIds ?? []).filter((id) => !names.has(id)),
  };
}

function readRange(input: TipsInput): TipsFilter {
  // Nothing was given before, and PostgreSQL knows no year 0.
  const fromMs = Math.max(0, Math.floor(Date.parse(input.from) / HOUR_MS) * HOUR_MS);
  const toMs = Math.ceil(Date.parse(input.to) / HOUR_MS) * HOUR_MS;
  if (!(fromMs < toMs)) throw new BizError("INVALID_INPUT", { field: "to", reason: "before-from" });
  if (toMs - fromMs > TIPS_DAYS_MAX * DAY_MS) {
    throw new BizError("INVALID_INPUT", { field: "from", reason: "too-long", daysMax: TIPS_DAYS_MAX });
  }
  return {
    from: new Date(fromMs),
    to: new Date(toMs),
    groupBy: input.groupBy,
    anchorIds: input.anchorIds ?? null,
    anchorGender: input.anchorGender ?? null,
    viewerGender: input.viewerGender ?? null,
    rowsMax: TIPS_ROWS_MAX + 1,
  };
}
