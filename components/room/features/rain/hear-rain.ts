import type { DeliveredRoomEvent } from "@/push/client/room-event-log";
import { blankView, learnClock, put, type RainState } from "./rain-view";

/** What an event of the room changes. */
export function hear(state: RainState, { event, late }: DeliveredRoomEvent, localMs: number): RainState {
  const atMs = Date.parse(event.at);
  const told = learnClock(state, atMs, localMs);
  switch (event.event) {
    case "rain.scheduled": {
      const known = told.rains.get(event.rainId);
      if (known && (known.phase !== "planned" || known.heardAtMs > atMs)) return told;
      return put(told, {
        ...(known ?? blankView(event)),
        claimsPerViewer: event.claimsPerViewer,
        remark: event.remark ?? known?.remark ?? null,
        durationMs: event.durationSeconds * 1000,
        startsAtMs: Date.parse(event.startsAt),
        heardAtMs: atMs,
      });
    }
    case "rain.cancelled": {
      const known = told.rains.get(event.rainId);
      if (!known || known.phase !== "planned") return told;
      return put(told, { ...known, phase: "over", endReason: "cancelled", heardAtMs: atMs });
    }
    case "rain.started": {
      const known = told.rains.get(event.rainId);
      if (known?.phase === "over") return told;
      return put(told, {
        ...(known ?? blankView(event)),
        phase: "falling",
        claimsPerViewer: event.claimsPerViewer,
        remark: event.remark ?? known?.remark ?? null,
        durationMs: event.durationSeconds * 1000,
        endsAtMs: Date.parse(event.endsAt),
        code: event.code,
        heardAtMs: Math.max(known?.heardAtMs ?? 0, atMs),
        // An old start says nothing about now; the snapshot does.
        witnessed: known?.witnessed || !late,
      });
    }
    case "rain.progress": {
      const known = told.rains.get(event.rainId);
      if (!known || known.phase === "planned") return late ? told : { ...told, mustAsk: true };
      if (known.endReason !== null) return told;
      const next = { ...known, heardAtMs: Math.max(known.heardAtMs, atMs) };
      if (event.claimed >= known.claimed) {
        next.claimed = event.claimed;
        next.claimedCoins = event.coins;
        next.luckiest = event.luckiest ?? known.luckiest;
      }
      return put(told, next);
    }
    case "rain.ended": {
      const known = told.rains.get(event.rainId) ?? blankView({ ...event, budgetCoins: 0, packetCount: 0 });
      return put(told, {
        ...known,
        phase: "over",
        claimed: event.claimed,
        claimedCoins: event.coins,
        refundedCoins: event.refundedCoins,
        luckiest: event.luckiest,
        endReason: event.endReason,
        heardAtMs: atMs,
      });
    }
    case "room.closed": {
      let next = told;
      for (const rain of told.rains.values()) {
        if (rain.phase === "falling" && rain.heardAtMs <= atMs) next = put(next, { ...rain, phase: "over" });
      }
      return next;
    }
    default:
      return told;
  }
}
