import type { RainUpdatedEvent } from "@/domain/contracts/events";
import type { Rain, RainStatus } from "@/domain/contracts/rain";

export const RAIN_STEPS = ["create", "prepare", "start", "live", "result"] as const;
export type RainStep = (typeof RAIN_STEPS)[number];

const STEP_OF: Record<RainStatus, RainStep> = {
  created: "prepare",
  preparing: "prepare",
  ready: "start",
  started: "live",
  ending: "live",
  ended: "result",
};
const ORDER: readonly RainStatus[] = ["created", "preparing", "ready", "started", "ending", "ended"];
/** What wants her attention most, first. */
const URGENCY: readonly RainStatus[] = ["started", "ending", "ready", "preparing", "created"];

export function stepOf(status: RainStatus): RainStep {
  return STEP_OF[status];
}

/** Whether `status` comes before `other` in a rain's life. */
export function isEarlier(status: RainStatus, other: RainStatus): boolean {
  return ORDER.indexOf(status) < ORDER.indexOf(other);
}

/** The newer of two answers about one rain: one that was overtaken by an event does not bring the past back. */
export function newerRain(known: Rain | undefined, incoming: Rain): Rain {
  if (known?.rainId !== incoming.rainId) return incoming;
  if (isEarlier(incoming.status, known.status)) return known;
  if (incoming.status === known.status && incoming.loadedPackets < known.loadedPackets) {
    return { ...incoming, loadedPackets: known.loadedPackets };
  }
  return incoming;
}

/** A rain with what an event tells of it. */
export function applyUpdate(rain: Rain, event: RainUpdatedEvent): Rain {
  if (rain.rainId !== event.rainId || isEarlier(event.status, rain.status)) return rain;
  return {
    ...rain,
    status: event.status,
    loadedPackets: Math.max(rain.loadedPackets, event.loadedPackets),
  };
}

/** The rain that a page shows by itself: the one that is furthest on, else the last one unless she has put it away. */
export function pickRain(
  rains: readonly Pick<Rain, "rainId" | "status">[],
  putAwayId: string | null,
): string | null {
  for (const status of URGENCY) {
    const found = rains.find((rain) => rain.status === status);
    if (found) return found.rainId;
  }
  const [newest] = rains;
  return newest && newest.rainId !== putAwayId ? newest.rainId : null;
}

/** What of a budget nobody has got yet. */
export function remainingOf(
  rain: Pick<Rain, "budgetCoins" | "packetCount" | "claimedCoins" | "claimedCount">,
): { coins: number; packets: number } {
  return {
    coins: Math.max(0, rain.budgetCoins - rain.claimedCoins),
    packets: Math.max(0, rain.packetCount - rain.claimedCount),
  };
}
