import type { WalletFacts } from "@/db/live/ledger/accounts";
import { type PostedClaims, postClaims, type RainAfter } from "@/db/live/queries/post-claims";
import type { RainClaimEntry } from "@/domain/contracts/rain";
import type { ClaimRefusal } from "@/domain/rules/decide-claims";
import { isAway, isOwnFault } from "@/domain/rules/driver-errors";
import { counter, histogram } from "@/platform/observability/metrics";
import type { StreamEntry } from "@/server/queue/bucket-queue";
import { refreshWallets } from "@/server/queue/finalise-gifts";
import type { CachedWallet } from "@/server/queue/gift-intake";
import type { Resources } from "../context";
import { setApart } from "../dead-letter/record-dead-letter";
import { type HeldItem, halveBatch, Neighbours } from "../halve-batch";
import { requireKnownDatabases } from "../restore/watch-databases";
import { makeGood } from "./make-good";
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
  /** Of which nothing came yet: they stay in the queue. */
  held: HeldItem<ClaimEntry>[];
}

/** A claim adds rows of its own to these. */
const OWN_TABLES: ReadonlySet<string> = new Set(["rain_claims", "trades"]);
/** As for gifts: what somebody else holds is not waited for long, and hardly at all where it was held a moment ago. */
const LOCK_MS = 250;
const LOCK_MS_AGAIN = 50;

type ClaimEntry = StreamEntry<RainClaimEntry>;
type CreditResources = Pick<Resources, "live" | "redis" | "log">;

/**
 * Credits a batch of queued claims and writes the wallets into the cache. Safe to repeat with the same entries after a
 * crash at any point. An entry that is refused or at fault itself is recorded as a dead letter and fails alone; one that
 * fails for any other reason is held, and so is one whose giving up cannot be recorded. Throws only when a database or
 * Redis is away: the caller reads the entries again later.
 *
 * `isAgain`: what they wait for may still be held by somebody else. `neighbours`: of this process.
 */
export async function creditClaims(
  resources: CreditResources,
  entries: readonly ClaimEntry[],
  { neighbours = new Neighbours(), isAgain = false }: { neighbours?: Neighbours; isAgain?: boolean } = {},
): Promise<CreditedBatch> {
  requireKnownDatabases(resources.live);
  const entryOf = new Map<RainClaimEntry, ClaimEntry>();
  const held: HeldItem<ClaimEntry>[] = [];
  const find = (claim: RainClaimEntry) => entryOf.get(claim) as ClaimEntry;
  const orHold = async (entry: ClaimEntry, endIt: () => Promise<void>) => {
    try {
      await endIt();
    } catch (problem) {
      if (isAway(problem)) throw problem;
      held.push({ item: entry, problem });
    }
  };
  for (const entry of entries) {
    if (entry.item) entryOf.set(entry.item, entry);
    else await orHold(entry, () => giveUp(resources, entry, entry.problem ?? "malformed"));
  }
  const { results: parts, held: heldClaims } = await halveBatch<RainClaimEntry, Credited>(
    [...entryOf.keys()],
    {
      work: (claims, isRepeated) => credit(resources, claims, isRepeated ? LOCK_MS_AGAIN : LOCK_MS),
      isProof: ({ written }) => written > 0,
      nameOf: (claim) => `${find(claim).bucket}/${find(claim).id}`,
      groupOf: (claim) => find(claim).bucket,
      isOwnFault: (problem) => isOwnFault(problem, OWN_TABLES),
      giveUp: async (claim, problem) => {
        refusedTotal.inc({ reason: "FAILED" });
        await giveUp(
          resources,
          find(claim),
          `FAILED: ${problem instanceof Error ? problem.message : String(problem)}`,
        );
        return { refused: [], wallets: new Map(), rains: new Map(), written: 0 };
      },
      onSplit: (claims, err) =>
        resources.log.warn({ err, entries: claims.length }, "a batch failed; splitting it"),
    },
    neighbours,
    isAgain,
  );
  for (const { item, problem } of heldClaims) held.push({ item: find(item), problem });

  const made = new Map<string, WalletFacts>();
  for (const [claim, reason] of parts.flatMap(({ refused }) => refused)) {
    refusedTotal.inc({ reason });
    await orHold(find(claim), async () => {
      const lost = await makeGood(resources, claim, reason);
      if (lost.kind === "paid") made.set(claim.userId, lost.wallet);
      if (lost.kind === "unpaid") await giveUp(resources, find(claim), reason);
    });
  }
  // The later of two parts has the newer facts.
  const wallets = new Map([...parts.flatMap((part) => [...part.wallets]), ...made]);
  return {
    wallets: await refreshWallets(resources.redis, wallets),
    rains: new Map(parts.flatMap((part) => [...part.rains])),
    held,
  };
}

interface Credited extends Pick<PostedClaims, "wallets" | "rains"> {
  refused: [claim: RainClaimEntry, reason: ClaimRefusal][];
  /** How many were credited by this very posting. */
  written: number;
}

/** Nothing but the split says how much a packet holds; a claim that says otherwise is not posted. */
async function credit(
  resources: CreditResources,
  claims: readonly RainClaimEntry[],
  lockMs: number,
): Promise<Credited> {
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
  const { outcomes, wallets, rains } = await postClaims(resources.live.sql, genuine, lockMs);
  end();
  let written = 0;
  outcomes.forEach((decision, i) => {
    if (decision.outcome === "credited") written += 1;
    if (decision.outcome === "refused") refused.push([genuine[i] as RainClaimEntry, decision.reason]);
  });
  creditedTotal.inc(written);
  return { refused, wallets, rains, written };
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
