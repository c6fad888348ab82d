import { type PostedClaims, postClaims, type RainAfter } from "@/db/live/queries/post-claims";
import type { RainClaimEntry } from "@/server/contracts/rain";
import { counter, histogram } from "@/server/observability/metrics";
import type { StreamEntry } from "@/server/queue/bucket-queue";
import { refreshWallets } from "@/server/queue/finalise-gifts";
import type { CachedWallet } from "@/server/queue/gift-intake";
import type { ClaimRefusal } from "@/server/rules/decide-claims";
import type { Resources } from "../context";
import { setApart } from "../dead-letter/record-dead-letter";
import { halveBatch } from "../halve-batch";
import { findPacketAmounts } from "./packet-amounts";

const creditedTotal = counter("downpour_claims_credited_total", "Packets credited to viewers");
const refusedTotal = counter("downpour_claims_refused_total", "Queued claims that were not credited", [
  "reason",
]);
const postSeconds = histogram(
  "downpour_claim_post_seconds",
  "Duration of one transaction that credits claims",
);

export interface CreditedBatch {
  /** Of everybody whose packets are credited, as the cache holds them after it. */
  wallets: Map<string, CachedWallet>;
  /** The rains that they came from, as committed. */
  rains: Map<string, RainAfter>;
}

type ClaimEntry = StreamEntry<RainClaimEntry>;
type CreditResources = Pick<Resources, "live" | "redis" | "log">;

/**
 * Credits a batch of queued claims and writes the wallets into the cache. Safe to repeat with the same entries after a
 * crash at any point. An entry that is refused or cannot be posted is recorded as a dead letter and fails alone. Throws when a
 * database or Redis is away, or a dead letter cannot be recorded: the caller reads the entries again later.
 */
export async function creditClaims(
  resources: CreditResources,
  entries: readonly ClaimEntry[],
): Promise<CreditedBatch> {
  const entryOf = new Map<RainClaimEntry, ClaimEntry>();
  for (const entry of entries) {
    if (entry.item) entryOf.set(entry.item, entry);
    else await giveUp(resources, entry, entry.problem ?? "malformed");
  }
  const parts = await halveBatch<RainClaimEntry, Credited>([...entryOf.keys()], {
    work: (claims) => credit(resources, claims),
    giveUp: async (claim, problem) => ({
      refused: [[claim, "FAILED", problem]],
      wallets: new Map(),
      rains: new Map(),
    }),
    onSplit: (claims, err) =>
      resources.log.warn({ err, entries: claims.length }, "a batch failed; splitting it"),
  });

  for (const [claim, reason, problem] of parts.flatMap(({ refused }) => refused)) {
    const entry = entryOf.get(claim);
    if (!entry) throw new Error("A claim lost its queue entry.");
    refusedTotal.inc({ reason });
    await giveUp(resources, entry, problem instanceof Error ? `${reason}: ${problem.message}` : reason);
  }
  // The later of two parts has the newer facts.
  const wallets = new Map(parts.flatMap((part) => [...part.wallets]));
  return {
    wallets: await refreshWallets(resources.redis, wallets),
    rains: new Map(parts.flatMap((part) => [...part.rains])),
  };
}

interface Credited extends Pick<PostedClaims, "wallets" | "rains"> {
  refused: [claim: RainClaimEntry, reason: ClaimRefusal | "FAILED", problem?: unknown][];
}

/** Nothing but the split says how much a packet holds; a claim that says otherwise is not posted. */
async function credit(resources: CreditResources, claims: readonly RainClaimEntry[]): Promise<Credited> {
  const amounts = await findPacketAmounts(
    resources,
    claims.map((claim) => claim.rainId),
  );
  const refused: Credited["refused"] = [];
  const genuine = claims.filter((claim) => {
    const split = amounts.get(claim.rainId);
    if (split && split[claim.packetIndex] === claim.coins) return true;
    const reason = split
      ? claim.packetIndex < split.length
        ? "WRONG_COINS"
        : "NO_SUCH_PACKET"
      : "UNKNOWN_RAIN";
    refused.push([claim, reason]);
    return false;
  });
  const end = postSeconds.startTimer();
  const { outcomes, wallets, rains } = await postClaims(resources.live.sql, genuine);
  end();
  outcomes.forEach((decision, i) => {
    if (decision.outcome === "credited") creditedTotal.inc();
    if (decision.outcome === "refused") refused.push([genuine[i] as RainClaimEntry, decision.reason]);
  });
  return { refused, wallets, rains };
}

async function giveUp(resources: CreditResources, entry: ClaimEntry, reason: string): Promise<void> {
  await setApart(resources, "claims", entry, reason);
  const { item, bucket, id: entryId } = entry;
  const { rainId, packetIndex, coins, userId, traceId } = item ?? {};
  resources.log.error(
    { bucket, entryId, reason, rainId, packetIndex, coins, userId, traceId },
    "a claim of a packet was not credited",
  );
}
