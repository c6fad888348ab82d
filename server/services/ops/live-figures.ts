import { readGiftTotals } from "@/db/live/queries/gift-totals";
import type { LiveFigures } from "@/domain/contracts/ops";
import { ALL_BUCKETS } from "@/domain/rules/bucket";
import { LIVE_SAMPLES_MAX, type LiveSample, toLivePoints } from "@/domain/rules/live-figures";
import { answerTotalsKey, liveSamplesKey } from "@/platform/redis/web-keys";
import { sharedNow } from "@/platform/runtime/shared-clock";
import { giftQueue } from "@/server/queue/queues";
import type { Ctx, Resources } from "../context";
import { readViewerCounts } from "../room/viewer-counts";

/** Looks once at everything that the live graphs show, and keeps it for a quarter of an hour. A source that is away leaves a gap. */
export async function takeLiveSample(
  resources: Pick<Resources, "live" | "redis" | "push" | "log">,
): Promise<void> {
  const { live, redis, log } = resources;
  const orNull = <T>(part: string, work: Promise<T>): Promise<T | null> =>
    work.catch((error: unknown) => {
      log.debug({ part, reason: String(error) }, "a part of the live figures is missing");
      return null;
    });
  const [totals, lag, errors, viewers] = await Promise.all([
    orNull("gifts", readGiftTotals(live)),
    orNull("queue", giftQueue.readLag(redis, ALL_BUCKETS, sharedNow().getTime())),
    orNull("errors", redis.hget(answerTotalsKey, "errors").then(Number)),
    orNull("viewers", readViewerCounts(resources)),
  ]);
  const sample: LiveSample = {
    at: sharedNow().toISOString(),
    gifts: totals?.gifts ?? null,
    coins: totals?.coins ?? null,
    errors,
    waiting: lag && lag.reduce((sum, { waiting }) => sum + waiting, 0),
    oldestMs: lag && Math.max(...lag.map(({ oldestMs }) => oldestMs)),
    viewers: viewers && [...viewers.values()].reduce((sum, count) => sum + count, 0),
  };
  await redis
    .multi()
    .lpush(liveSamplesKey, JSON.stringify(sample))
    .ltrim(liveSamplesKey, 0, LIVE_SAMPLES_MAX)
    .exec();
}

/** The last quarter of an hour, oldest first. */
export async function getLiveFigures({ redis }: Pick<Ctx, "redis">): Promise<LiveFigures> {
  const newestFirst = await redis.lrange(liveSamplesKey, 0, LIVE_SAMPLES_MAX);
  const samples = newestFirst.toReversed().map((text) => JSON.parse(text) as LiveSample);
  return { points: toLivePoints(samples) };
}
