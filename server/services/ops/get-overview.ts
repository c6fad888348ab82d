import { listEndedRuns } from "@/db/finance/queries/reconciliation";
import { readCursors } from "@/db/finance/queries/settle";
import { countWithdrawals } from "@/db/finance/queries/withdrawals";
import { readLastSeqs } from "@/db/live/ledger/gift-feed";
import { countOpenDeadLetters } from "@/db/live/queries/dead-letters";

import type { OpsOverview, QueueState } from "@/domain/contracts/ops";
import { ALL_BUCKETS } from "@/domain/rules/bucket";
import { sharedNowMs } from "@/platform/runtime/shared-clock";
import { claimQueue, giftQueue } from "@/server/queue/queues";
import type { SignedInCtx } from "../context";
import { toRun } from "../reconciliation/get-reconciliation";

const DEAD_LETTERS_COUNTED_MAX = 10_000;

/** How the platform stands now. A part that could not be read is null and logged; the others are shown all the same. */
export async function getOverview(ctx: SignedInCtx): Promise<OpsOverview> {
  const orNull = <T>(part: string, work: Promise<T>): Promise<T | null> =>
    work.catch((error: unknown) => {
      ctx.log.warn(
        { part, reason: String(error), traceId: ctx.traceId },
        "a part of the overview is missing",
      );
      return null;
    });
  const [queue, claims, settlement, reconciliation, withdrawals] = await Promise.all([
    orNull("queue", readQueue(ctx, giftQueue)),
    orNull("claims", readQueue(ctx, claimQueue)),
    orNull("settlement", readSettlement(ctx)),
    orNull("reconciliation", listEndedRuns(ctx.finance, 1)),
    orNull("withdrawals", countWithdrawals(ctx.finance)),
  ]);
  const [latest] = reconciliation ?? [];
  return { queue, claims, settlement, reconciliation: latest ? toRun(latest) : null, withdrawals };
}

async function readQueue(
  { redis, live }: SignedInCtx,
  queue: Pick<typeof giftQueue, "name" | "readLag">,
): Promise<QueueState> {
  const [lag, deadLetters] = await Promise.all([
    queue.readLag(redis, ALL_BUCKETS, sharedNowMs()),
    countOpenDeadLetters(live, queue.name, DEAD_LETTERS_COUNTED_MAX),
  ]);
  return {
    waiting: lag.reduce((sum, bucket) => sum + bucket.waiting, 0),
    oldestMs: Math.max(...lag.map((bucket) => bucket.oldestMs)),
    deadLetters,
  };
}

async function readSettlement({ live, finance }: SignedInCtx): Promise<OpsOverview["settlement"]> {
  // Finance first: a gift that is settled in between must not count as more than was paid.
  const cursors = await readCursors(finance);
  const lastSeqs = await readLastSeqs(live);
  const sum = (seqs: ReadonlyMap<number, number>) =>
    [...seqs.values()].reduce((total, seq) => total + seq, 0);
  const paidGifts = sum(lastSeqs);
  return { paidGifts, lagGifts: paidGifts - sum(cursors) };
}
