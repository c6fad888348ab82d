import { type LostPacket, recordLostPacket } from "@/db/live/queries/rain-lost-packets";
import { readPolicy } from "@/db/policies";
import type { RainClaimEntry } from "@/domain/contracts/rain";
import { dayStart } from "@/domain/rules/calendar";
import type { ClaimRefusal } from "@/domain/rules/decide-claims";
import { counter } from "@/platform/observability/metrics";
import { raiseAlarm } from "../alarm/raise-alarm";
import type { Resources } from "../context";

const lostTotal = counter(
  "downpour_rain_lost_packets_total",
  "Packets that were shown as won and could not be kept, by whether the platform paid",
  ["outcome"],
);

/**
 * A claim that was in the queue was shown as won. Where its packet has another owner, or its rain is over, Redis has gone back
 * in between: the platform pays what was shown, as far as the policy allows, and operators are told. Any other refusal is
 * none that the product makes, and is `unpaid`.
 */
export async function makeGood(
  resources: Pick<Resources, "live" | "log">,
  claim: RainClaimEntry,
  reason: ClaimRefusal,
): Promise<LostPacket> {
  if (reason !== "PACKET_TAKEN" && reason !== "RAIN_OVER") return { kind: "unpaid" };
  const { live } = resources;
  const { madeGoodDayCoinsMax } = await readPolicy(live.sql, "rain");
  const lost = await recordLostPacket(live, claim, {
    reason,
    dayCoinsMax: madeGoodDayCoinsMax,
    dayStart: dayStart(Date.now()),
  });
  lostTotal.inc({ outcome: lost.kind });
  if (lost.kind === "kept") return lost;
  const { rainId, packetIndex, coins, userId, claimId, traceId } = claim;
  await raiseAlarm(resources, {
    kind: "rain.packets_lost",
    subject: `rain:${rainId}`,
    facts: { reason, packetIndex, coins, userId, claimId, isPaid: lost.kind === "paid" },
    traceId,
  });
  return lost;
}
