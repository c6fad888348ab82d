import { pipeline } from "node:stream/promises";
import { countAffinityDay, readAffinityDays } from "@/db/finance/queries/affinity-days";
import { findUntriedRun } from "@/db/finance/queries/affinity-trial";
import { type JobHold, letGo, takeJobBetweenRuns } from "@/db/finance/queries/analytics-job";
import { countRegions } from "@/db/finance/queries/region-anchors";
import { relateTags } from "@/db/finance/queries/tag-affinity";
import {
  copyRegions,
  copyRoomTags,
  copyWatching,
  listMergedTags,
  readDayMark,
  readTagsChangedAt,
  readWatchMarks,
} from "@/db/live/queries/affinity-facts";
import { onSnapshot } from "@/db/transaction";
import { AFFINITY_DAYS, addDays, planAffinityDays } from "@/domain/rules/affinity";
import { dayOf } from "@/domain/rules/calendar";
import { sharedNowMs } from "@/platform/runtime/shared-clock";
import type { CountResources } from "./count-gifts";
import { underHold, whileHolding } from "./run-analytics";
import { tryAffinity } from "./try-affinity";

/** What a region watches is what it watched in two weeks. */
const REGION_DAYS = 14;

export interface AffinityOptions {
  leaseMs: number;
  /** Between two pieces of work, while nobody holds the job: gifts and refunds do not wait for all of it. */
  between?: () => unknown;
}

/** `nothing` where the last run has its affinity, or somebody else has the job; `lost` where they took it over. */
export type AffinityOutcome = "nothing" | "done" | "lost";

/**
 * After each run of the job: brings what viewers watch and give to up to date, day by day, each in one transaction and only
 * those to which something came; then what each region watches, which tags the same people watch, and how the lobby by all this does against popularity.
 * Cut off anywhere, whoever looks next goes on with what is left.
 */
export async function runAffinity(
  resources: CountResources,
  holder: string,
  { leaseMs, between }: AffinityOptions,
): Promise<AffinityOutcome> {
  const { live, finance } = resources;
  if ((await findUntriedRun(finance)) === undefined) return "nothing";
  const nowMs = sharedNowMs();
  const first = addDays(dayOf(nowMs), 1 - AFFINITY_DAYS);
  const [watchMarks, tagsChangedAt, { known, giftMarks }] = await Promise.all([
    readWatchMarks(live, first),
    readTagsChangedAt(live),
    readAffinityDays(finance, first),
  ]);
  const piece = async (work: (hold: JobHold) => Promise<void>): Promise<AffinityOutcome> => {
    const hold = await takeJobBetweenRuns(finance, { holder, leaseMs });
    if (!hold) return "nothing";
    return await underHold(resources, hold, async () => {
      await whileHolding(resources, hold, leaseMs, () => work(hold));
      await letGo(finance, hold, null);
      return "done" as const;
    });
  };
  const tagsChangedAtMs = tagsChangedAt.getTime();
  for (const planned of planAffinityDays({ nowMs, known, watchMarks, giftMarks, tagsChangedAtMs })) {
    const outcome = await piece((hold) => countDay(resources, hold, { ...planned, leaseMs }));
    if (outcome !== "done") return outcome;
    await between?.();
  }
  return await piece(async (hold) => {
    await countRegions(finance, hold, {
      fromDay: addDays(dayOf(nowMs), 1 - REGION_DAYS),
      leaseMs,
      copy: (into) => onSnapshot(live.sql, async (tx) => pipeline(await copyRegions(tx), await into())),
    });
    await relateTags(finance, hold, { merged: await listMergedTags(live), leaseMs });
    // A further run may have ended meanwhile.
    const runId = await findUntriedRun(finance);
    if (runId !== undefined) await tryAffinity(resources, hold, { runId, leaseMs });
  });
}

/** Makes a day's part of the sums what the day was. */
export async function countDay(
  { live, finance }: CountResources,
  hold: JobHold,
  { day, isOver, leaseMs }: { day: string; isOver: boolean; leaseMs: number },
): Promise<void> {
  await countAffinityDay(finance, hold, {
    day,
    leaseMs,
    copy: isOver
      ? null
      : (into) =>
          onSnapshot(live.sql, async (tx) => {
            const read = await readDayMark(tx, day);
            await pipeline(await copyWatching(tx, day), await into.watching());
            await pipeline(await copyRoomTags(tx, day), await into.roomTags());
            return read;
          }),
  });
}
