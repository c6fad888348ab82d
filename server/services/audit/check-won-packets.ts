import { DIFFERENCES_MAX } from "@/db/audit-rows";
import { findUnexplainedPackets } from "@/db/live/queries/audit-orders";
import type { Difference } from "@/domain/contracts/reconciliation";
import {
  findQueuedClaims,
  listRememberedClaims,
  type RememberedClaim,
} from "@/server/queue/remembered-claims";
import type { AuditResources, Outcome } from "./check";

/**
 * Every packet that Redis remembers somebody got, and that was shown as won, is credited, queued, among the dead letters, or
 * paid for by the platform. A claim is credited before its entry leaves the queue: one that is neither credited nor queued
 * nor, asked once more, credited, has been lost.
 */
export async function checkWonPackets(resources: AuditResources): Promise<Outcome> {
  const differences: Difference[] = [];
  let compared = 0;
  for await (const claims of listRememberedClaims(resources.redis)) {
    compared += claims.length;
    for (const claim of await findLost(resources, claims)) differences.push(describe(claim));
    if (differences.length >= DIFFERENCES_MAX) break;
  }
  return { compared, differences: differences.slice(0, DIFFERENCES_MAX) };
}

async function findLost(
  { live, redis }: AuditResources,
  claims: readonly RememberedClaim[],
): Promise<RememberedClaim[]> {
  const open = await findUnexplainedPackets(live, claims);
  const [first] = open;
  if (!first) return [];
  // All of one block come out of one shard, and were queued in its bucket.
  const queued = await findQueuedClaims(redis, first.bucket, open);
  return await findUnexplainedPackets(
    live,
    open.filter((claim) => !queued.has(claim)),
  );
}

function describe({ rainId, userId, claimId, packetIndex, coins, bucket }: RememberedClaim): Difference {
  return {
    subject: `rain:${rainId}`,
    expected: String(coins),
    actual: null,
    facts: {
      what: "a packet was shown as won and is neither credited nor queued nor a dead letter",
      userId,
      claimId,
      packetIndex,
      bucket,
    },
  };
}
