import type { RainRow } from "@/db/live/queries/rains";
import type { LuckyClaim, Rain, RainFacts } from "@/domain/contracts/rain";

const iso = (at: Date | null) => at?.toISOString() ?? null;

/** Whether viewers may know the code: from its start on. */
export function isCodePublic(rain: Pick<RainRow, "startedAt">): boolean {
  return rain.startedAt !== null;
}

export function toLuckiest(rain: RainRow): LuckyClaim | null {
  const { luckiestUserId, luckiestCoins, luckiestIndex } = rain;
  if (!luckiestUserId || luckiestCoins === null || luckiestIndex === null) return null;
  return {
    userId: luckiestUserId,
    nickname: rain.luckiestName ?? "",
    coins: luckiestCoins,
    packetIndex: luckiestIndex,
  };
}

/** What everybody may know. Anything secret stays out by being named nowhere here. */
export function toRainFacts(rain: RainRow): RainFacts {
  return {
    rainId: rain.rainId,
    roomId: rain.roomId,
    anchor: { userId: rain.anchorId, nickname: rain.anchorName },
    status: rain.status,
    endReason: rain.endReason,
    budgetCoins: rain.budgetCoins,
    packetCount: rain.packetCount,
    durationSeconds: rain.durationSeconds,
    claimsPerViewer: rain.claimsPerViewer,
    remark: rain.remark,
    commitment: rain.commitment,
    packetsDigest: rain.packetsDigest,
    startsAt: iso(rain.startsAt),
    startedAt: iso(rain.startedAt),
    endsAt: iso(rain.endsAt),
    endedAt: iso(rain.endedAt),
    claimedCount: rain.claimedCount,
    claimedCoins: rain.claimedCoins,
    refundedCoins: rain.refundedCoins,
    luckiest: toLuckiest(rain),
  };
}

/** For its anchor and operators. */
export function toRain(rain: RainRow): Rain {
  return {
    ...toRainFacts(rain),
    fundedBy: rain.fundedBy,
    code: isCodePublic(rain) ? rain.code : null,
    loadedPackets: rain.loadedPackets,
    traceId: rain.traceId,
    createdAt: rain.createdAt.toISOString(),
  };
}
