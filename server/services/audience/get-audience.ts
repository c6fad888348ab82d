import { readCountedTo } from "@/db/finance/queries/audience-givers";
import { findAudienceWeek, keepAudienceWeek } from "@/db/finance/queries/audience-weeks";
import { listAudienceSessions, sumStreamsByWeek } from "@/db/live/queries/audience-watchers";
import type { Audience, AudienceFigures, AudienceInput } from "@/domain/contracts/audience";
import { BizError } from "@/domain/contracts/errors";
import { WEEK_MS, weekStart, wholeWeeksBefore } from "@/domain/rules/audience";
import { sharedNowMs } from "@/platform/runtime/shared-clock";
import type { SignedInCtx } from "../context";
import { makeAudienceWeek } from "./make-audience-week";

/**
 * Who the caller's audience was in a week that is over: what is shown of it was made when it was first asked for, and stays.
 * Throws INVALID_INPUT for a day that is not one of the last Mondays.
 */
export async function getAudience(ctx: SignedInCtx, input: AudienceInput): Promise<Audience> {
  const weeks = wholeWeeksBefore(sharedNowMs());
  const [latest = ""] = weeks;
  const week = input?.week ?? latest;
  if (!weeks.includes(week)) throw new BizError("INVALID_INPUT", { field: "week" });
  const anchorId = ctx.session.userId;
  const range = {
    from: weekStart(weeks.at(-1) ?? latest),
    to: new Date(weekStart(latest).getTime() + WEEK_MS),
  };
  const [trend, found] = await Promise.all([
    sumStreamsByWeek(ctx.live, { anchorId, ...range }),
    findOrMake(ctx, anchorId, week),
  ]);
  const byWeek = new Map(trend.map((point) => [point.week, point]));
  return {
    weeks,
    week,
    ...found,
    trend: weeks
      .toReversed()
      .map((monday) => byWeek.get(monday) ?? { week: monday, streams: 0, peakViewers: 0, liveMs: 0 }),
  };
}

async function findOrMake(
  ctx: SignedInCtx,
  anchorId: string,
  week: string,
): Promise<Pick<Audience, "state" | "figures">> {
  const kept = await findAudienceWeek(ctx.finance, { anchorId, week });
  if (kept) return ready(kept);
  const from = weekStart(week);
  const to = new Date(from.getTime() + WEEK_MS);
  const [countedTo, sessions] = await Promise.all([
    readCountedTo(ctx.finance),
    listAudienceSessions(ctx.live, { anchorId, from, to }),
  ]);
  if (sessions.some(({ isOver }) => !isOver)) return { state: "live", figures: null };
  if (!countedTo || countedTo < to || sessions.some(({ isCounted }) => !isCounted)) {
    return { state: "counting", figures: null };
  }
  const figures = await makeAudienceWeek(ctx, { anchorId, week, sessions });
  return ready(await keepAudienceWeek(ctx.finance, { anchorId, figures }));
}

const ready = (figures: AudienceFigures) => ({ state: "ready" as const, figures });
