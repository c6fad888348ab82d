import { readAnalyticsPlaces } from "@/db/finance/queries/analytics-cells";
import { readTips, type TipsFilter } from "@/db/finance/queries/analytics-tips";
import { readTailCells } from "@/db/live/queries/gift-cells";
import { listPeople } from "@/db/live/queries/users";
import {
  TIPS_DAYS_MAX,
  TIPS_ROWS_MAX,
  type Tips,
  type TipsInput,
  type TipsRow,
} from "@/domain/contracts/analytics";
import { BizError } from "@/domain/contracts/errors";
import type { Ctx } from "../context";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** More gifts than this beyond the cursors are not added while somebody waits: the job counts them. */
const TAIL_GIFTS_MAX = 50_000;

/**
 * Gifts of a time by whatever they are asked for by: what was counted and what came since, which together is everything
 * that was paid until `upTo`. Throws INVALID_INPUT for a range that ends before it begins, is too long or has too many
 * rows.
 */
export async function getTips(ctx: Pick<Ctx, "live" | "finance">, input: TipsInput): Promise<Tips> {
  const filter = readRange(input);
  // The cursors before what lies beyond them; and both tables and cursors as they were at one moment.
  const { counted, tail } = await readTips(ctx.finance, filter, async (sql) => {
    const { buckets, refunds } = await readAnalyticsPlaces({ sql });
    const cursors = new Map([...buckets].map(([bucket, { seq }]) => [bucket, seq]));
    const { from, to } = filter;
    return await readTailCells(ctx.live, {
      cursors,
      refundSeq: refunds.seq,
      from,
      to,
      giftsMax: TAIL_GIFTS_MAX,
    });
  });
  if (counted.rows.length > TIPS_ROWS_MAX) throw new BizError("INVALID_INPUT", { field: "groupBy" });
  const anchorIds = [
    ...new Set([...(input.anchorIds ?? []), ...counted.rows.flatMap(({ anchor }) => anchor ?? [])]),
  ];
  const names = new Map((await listPeople(ctx.live, anchorIds)).map((one) => [one.userId, one.nickname]));
  const rows = counted.rows.map(
    (row): TipsRow => (row.anchor ? { ...row, anchorName: names.get(row.anchor) ?? null } : row),
  );
  return {
    rows,
    total: counted.total,
    from: filter.from.toISOString(),
    to: filter.to.toISOString(),
    upTo: (tail?.at ?? counted.countedUpTo).toISOString(),
    isCurrent: tail !== null,
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
