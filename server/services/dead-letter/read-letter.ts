import type { QueuedGift } from "@/db/live/ledger/post-gifts";
import type { DeadLetterRow } from "@/db/live/queries/decide-dead-letters";
import { findGiftOrder } from "@/db/live/queries/gift-orders";
import { decideClaimsWithin, findOwners } from "@/db/live/queries/post-claims";
import { findRain } from "@/db/live/queries/rains";
import { RainClaimEntry } from "@/domain/contracts/rain";
import { queuedTextOf } from "@/domain/rules/dead-letter";
import type { ClaimStanding, GiftStanding } from "@/domain/rules/dead-letter-actions";
import { decideClaims } from "@/domain/rules/decide-claims";
import { readGiftEntry } from "@/server/queue/read-gift-entry";
import type { Resources } from "../context";
import { findPacketAmounts } from "../rain/packet-amounts";

type Sql = Resources["live"]["sql"];
type Letter = Pick<
  DeadLetterRow,
  "queue" | "bucket" | "fields" | "traceId" | "giftOrderId" | "userId" | "isTold"
>;

const NO_CLAIM: ClaimStanding = { kind: "claim", decision: null, rain: null };

/** The gift that was queued, or null where that was none. */
export function readGift(text: string, bucket: number): QueuedGift | null {
  try {
    return readGiftEntry(JSON.parse(text), bucket);
  } catch {
    return null;
  }
}

export function giftOf(letter: Letter): QueuedGift | null {
  return letter.queue === "gifts" ? readGift(queuedTextOf(letter.fields), letter.bucket) : null;
}

/** The claim that was queued, with a trace id that can be stored; null where that was none. */
function claimOf(letter: Letter, traceId: string): RainClaimEntry | null {
  if (letter.queue !== "claims") return null;
  try {
    const claim = RainClaimEntry.parse(JSON.parse(queuedTextOf(letter.fields)));
    return { ...claim, traceId: letter.traceId ?? traceId };
  } catch {
    return null;
  }
}

export async function readGiftStanding(sql: Sql, letter: Letter): Promise<GiftStanding> {
  const { giftOrderId, userId, isTold } = letter;
  const isNamed = giftOrderId !== null && userId !== null;
  const order = isNamed ? await findGiftOrder({ sql }, userId, giftOrderId) : undefined;
  return { kind: "gift", isReadable: giftOf(letter) !== null, isNamed, isTold, order: order?.status ?? null };
}

/** A claim whose amount is the split's; what the entry says beyond that is never paid. */
export async function findGenuineClaim(
  resources: Pick<Resources, "live">,
  letter: Letter,
  traceId: string,
): Promise<RainClaimEntry | null> {
  const claim = claimOf(letter, traceId);
  if (!claim) return null;
  const amounts = (await findPacketAmounts(resources, [claim.rainId])).get(claim.rainId);
  return amounts?.[claim.packetIndex] === claim.coins ? claim : null;
}

/** Its rain is locked until the caller's transaction ends. */
export async function readClaimStanding(tx: Sql, claim: RainClaimEntry | null): Promise<ClaimStanding> {
  if (!claim) return NO_CLAIM;
  const { locked, outcomes } = await decideClaimsWithin(tx, [claim]);
  return { kind: "claim", decision: outcomes[0] ?? null, rain: locked.get(claim.rainId)?.status ?? null };
}

/** The same for a look: whoever credits claims of the rain is not held up. */
export async function lookAtClaim(
  { live }: Pick<Resources, "live">,
  claim: RainClaimEntry | null,
): Promise<ClaimStanding> {
  if (!claim) return NO_CLAIM;
  const [rain, owners] = await Promise.all([findRain(live, claim.rainId), findOwners(live.sql, [claim])]);
  const [decision = null] = decideClaims([claim], new Map(rain ? [[rain.rainId, rain]] : []), owners);
  return { kind: "claim", decision, rain: rain?.status ?? null };
}
