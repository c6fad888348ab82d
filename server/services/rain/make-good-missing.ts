import { findUnexplainedPackets } from "@/db/live/queries/audit-orders";
import type { RainRow } from "@/db/live/queries/rains";
import type { RainClaimEntry } from "@/domain/contracts/rain";
import { listClaimsOfRain, type RememberedClaim } from "@/server/queue/remembered-claims";
import type { Resources } from "../context";
import { setApart } from "../dead-letter/record-dead-letter";
import { announceWallet } from "../wallet/announce-wallet";
import { makeGood } from "./make-good";

/**
 * What was shown of a rain that has ended, and came to be credited to nobody: its claims were lost. The platform pays for
 * each as the policy allows, and what it does not pay a person decides on. Nothing of it is in a queue any more, and the
 * rain takes no further claim, so that nothing is paid for twice; it may be repeated.
 */
export async function makeGoodMissing(
  resources: Pick<Resources, "live" | "redis" | "push" | "log">,
  rain: Pick<RainRow, "rainId" | "shardCount" | "traceId">,
): Promise<void> {
  const { live, redis, push, log } = resources;
  const claimedAt = new Date().toISOString();
  for await (const claims of listClaimsOfRain(redis, rain)) {
    for (const claim of await findUnexplainedPackets(live, claims)) {
      const entry = toEntry(claim, rain.traceId, claimedAt);
      const lost = await makeGood({ live, log }, entry, "RAIN_OVER");
      if (lost.kind === "paid") await announceWallet({ live, redis, push, log }, claim.userId, "packet");
      if (lost.kind === "unpaid") {
        // The same letter, however often this is repeated: without the instant at which it was found.
        const { claimedAt: _, ...raw } = entry;
        const id = `lost:${claim.packetIndex}`;
        await setApart(
          { live, log },
          "claims",
          { bucket: claim.bucket, id, raw: JSON.stringify(raw) },
          "LOST",
        );
      }
    }
  }
}

const toEntry = (
  { rainId, userId, claimId, packetIndex, coins }: RememberedClaim,
  traceId: string,
  claimedAt: string,
): RainClaimEntry => ({ rainId, packetIndex, coins, userId, claimId, traceId, claimedAt });
