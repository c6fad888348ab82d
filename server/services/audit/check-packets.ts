import { DIFFERENCES_MAX } from "@/db/audit-rows";
import { auditPackets, auditPacketTrades, listSplitRains } from "@/db/live/queries/audit-packets";
import type { Difference } from "@/domain/contracts/reconciliation";
import { commitTo, digestPackets, splitPackets } from "@/domain/rules/split-packets";
import { sharedNowMs } from "@/platform/runtime/shared-clock";
import type { AuditResources, Outcome } from "./check";

/** Rains that ended longer ago are not split again: their claims and trades are compared with each other all the same. */
const SPLIT_AGAIN_MS = 24 * 3_600_000;

/** Credited packets against their trades, and, of rains that fall or fell lately, each packet against the split. */
export async function checkPackets({ live }: AuditResources): Promise<Outcome> {
  const { compared, differences } = await auditPacketTrades(live);
  const since = new Date(sharedNowMs() - SPLIT_AGAIN_MS);
  for (const rain of await listSplitRains(live, since)) {
    if (differences.length >= DIFFERENCES_MAX) break;
    const { rainId, serverSeed, entropy, commitment, packetsDigest, traceId } = rain;
    const differ = (what: string, expected: string | null, actual: string | null): Difference => ({
      subject: `rain:${rainId}`,
      expected,
      actual,
      facts: { what, traceId },
    });
    if (!entropy) {
      differences.push(differ("the budget is in escrow, and nothing fixes the split", "entropy", null));
      continue;
    }
    const amounts = splitPackets(serverSeed, { ...rain, entropy });
    const [seedHash, digest] = [commitTo(serverSeed), digestPackets(serverSeed, amounts)];
    if (commitment !== seedHash)
      differences.push(differ("another seed was committed to", seedHash, commitment));
    if (packetsDigest !== null && packetsDigest !== digest)
      differences.push(differ("other packets were published", digest, packetsDigest));
    differences.push(...(await auditPackets(live, rainId, amounts)));
  }
  return { compared, differences: differences.slice(0, DIFFERENCES_MAX) };
}
