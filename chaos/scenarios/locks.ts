import { ALL_BUCKETS, bucketOf } from "@/domain/rules/bucket";
import { giftQueue } from "@/server/queue/queues";
import type { OperationHistory } from "../lib/history";
import type { Scenario } from "../lib/scenario";
import type { UnwellRig } from "../lib/unwell-rig";

/** Whoever has nothing to do with what is locked waits no longer than a lane takes to leave it for later. */
const NEIGHBOUR_MS_MAX = 6_000;
/** After so long another worker has taken what a frozen one holds. */
const TAKEN_OVER_MS_MAX = 15_000;

export const LOCKS: readonly Scenario[] = [
  {
    name: "row-locked",
    fault: "one sender's wallet row locked for 20 s",
    faultMs: 20_000,
    async inject(rig) {
      const holder = await rig.live.sql.reserve();
      await holder`BEGIN`;
      await holder`SELECT 1 FROM ledger_accounts WHERE id = ${lockedSender(rig)} FOR UPDATE`;
      return async () => {
        await holder`COMMIT`;
        holder.release();
      };
    },
    async after(rig, history, injectedAtMs) {
      const late = history
        .filter((one) => isNeighbour(rig, one, injectedAtMs))
        .map(waitedMs)
        .filter((ms) => ms > NEIGHBOUR_MS_MAX);
      if (late.length === 0) return [];
      return [`${late.length} gifts of other buckets waited up to ${Math.max(...late)} ms`];
    },
  },
  {
    name: "worker-frozen",
    fault: "one of two gift-debit workers frozen (SIGSTOP) for 25 s",
    faultMs: 25_000,
    async inject(rig) {
      // The one that is frozen holds all buckets; the other has to take them.
      const frozen = rig.processes["gift-debit"];
      await rig.start("gift-debit");
      frozen?.signal("SIGSTOP");
      return async () => {
        frozen?.signal("SIGCONT");
        await frozen?.stop();
      };
    },
    async during(rig) {
      const lags = await giftQueue.readLag(rig.redis, ALL_BUCKETS, Date.now());
      const oldestMs = Math.max(...lags.map((lag) => lag.oldestMs));
      return oldestMs < TAKEN_OVER_MS_MAX
        ? []
        : [`a gift has waited ${oldestMs} ms beside a worker that lives`];
    },
  },
];

const lockedSender = (rig: UnwellRig) => rig.senders[0]?.userId ?? "";

function isNeighbour(rig: UnwellRig, one: OperationHistory, injectedAtMs: number): boolean {
  const isDuring = (one.events[0]?.atMs ?? 0) > injectedAtMs;
  return isDuring && bucketOf(one.operation.userId) !== bucketOf(lockedSender(rig));
}

function waitedMs({ events }: OperationHistory): number {
  const settled = events.find((one) => "status" in one && one.status === "settled");
  return (settled?.atMs ?? Number.POSITIVE_INFINITY) - (events[0]?.atMs ?? 0);
}
