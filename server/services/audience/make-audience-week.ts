import { type AudienceDays, readGivers, sumGiverTimes } from "@/db/finance/queries/audience-givers";
import {
  type AudienceSession,
  listAudienceSessions,
  readSaidFacts,
  type SaidFacts,
  sumWatchers,
} from "@/db/live/queries/audience-watchers";
import type { AudienceFigures, AudiencePart } from "@/domain/contracts/audience";
import {
  AUDIENCE_WEEKS,
  ageBandOf,
  daysOfWeeks,
  type GiverSplit,
  hideSmallGroups,
  inFives,
  type ShownGroups,
  type WatcherSplit,
  WEEK_MS,
  weekStart,
} from "@/domain/rules/audience";
import { dayOf } from "@/domain/rules/calendar";
import { sharedNow } from "@/platform/runtime/shared-clock";
import type { Ctx } from "../context";
import { GroupSums } from "./group-sums";

interface WeekOfAnchor {
  anchorId: string;
  week: string;
  /** All that began in it. */
  sessions: readonly AudienceSession[];
}

/** People stand under what they had said of themselves when the week ended, those who gave and those who watched alike. */
export async function makeAudienceWeek(
  ctx: Pick<Ctx, "live" | "finance">,
  input: WeekOfAnchor,
): Promise<AudienceFigures> {
  const [givers, watchers] = await Promise.all([makeGivers(ctx, input), makeWatchers(ctx, input)]);
  return { week: input.week, madeAt: sharedNow().toISOString(), givers, watchers };
}

const endOf = (week: string) => new Date(weekStart(week).getTime() + WEEK_MS);
const earlierWeek = (week: string) => dayOf(weekStart(week).getTime() - AUDIENCE_WEEKS * WEEK_MS);

async function makeGivers(
  { live, finance }: Pick<Ctx, "live" | "finance">,
  { anchorId, week }: WeekOfAnchor,
): Promise<AudiencePart<GiverSplit>> {
  const days: AudienceDays = {
    anchorId,
    days: daysOfWeeks(week, 1),
    earlierDays: daysOfWeeks(earlierWeek(week), AUDIENCE_WEEKS),
  };
  const sums = new GroupSums(["gender", "age", "region", "tier", "seen"] as const);
  for await (const givers of readGivers(finance, days)) {
    const said = await readSaidFacts(live, { userIds: givers.map(({ userId }) => userId), at: endOf(week) });
    for (const [i, { coins, isNew, tier }] of givers.entries()) {
      sums.add(1, coins, {
        ...keysOf(said[i] ?? NOTHING_SAID, week),
        tier: tier ?? "none",
        seen: seen(isNew),
      });
    }
  }
  const times = await sumGiverTimes(finance, days);
  return {
    ...totalOf(sums),
    splits: {
      ...showEach(sums.splits),
      hour: hideSmallGroups(times.hour, true),
      weekday: hideSmallGroups(times.weekday, true),
    },
  };
}

async function makeWatchers(
  { live }: Pick<Ctx, "live">,
  { anchorId, week, sessions }: WeekOfAnchor,
): Promise<AudiencePart<WatcherSplit>> {
  const [from, to] = [weekStart(earlierWeek(week)), weekStart(week)];
  const earlier = await listAudienceSessions(live, { anchorId, from, to });
  const groups = await sumWatchers(live, {
    anchorId,
    sessionIds: sessions.map(({ sessionId }) => sessionId),
    earlierSessionIds: earlier.map(({ sessionId }) => sessionId),
    at: endOf(week),
  });
  const sums = new GroupSums(["gender", "age", "region", "seen"] as const);
  for (const { isGuest, isNew, people, watchedMs, ...said } of groups) {
    const keys = isGuest ? { gender: "guest", age: "guest", region: "guest" } : keysOf(said, week);
    sums.add(people, watchedMs, { ...keys, seen: seen(isNew) });
  }
  return { ...totalOf(sums), splits: showEach(sums.splits) };
}

const NOTHING_SAID: SaidFacts = { gender: null, region: null, birthYear: null };
const seen = (isNew: boolean) => (isNew ? "new" : "returning");

const keysOf = ({ gender, region, birthYear }: SaidFacts, week: string) => ({
  gender: gender ?? "unsaid",
  age: ageBandOf(birthYear, Number(week.slice(0, 4))),
  region: region ?? "unsaid",
});

const totalOf = ({ people, amount }: GroupSums<string>) => {
  const shown = inFives(people);
  return { people: shown, amount: shown === 0 ? null : amount };
};

function showEach<Split extends string>(
  splits: Record<Split, Parameters<typeof hideSmallGroups>[0]>,
): Record<Split, ShownGroups> {
  return Object.fromEntries(
    Object.entries<Parameters<typeof hideSmallGroups>[0]>(splits).map(([split, groups]) => [
      split,
      hideSmallGroups(groups),
    ]),
  ) as Record<Split, ShownGroups>;
}
