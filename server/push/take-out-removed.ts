import type { RoomEvent } from "../contracts/events";

/**
 * A room's events without the words that were taken away since: in the place of such a message stands that it was removed,
 * so that the numbers go on without a gap. What removes a message comes after it, so it is among the same events. Pure.
 */
export function takeOutRemoved(events: readonly RoomEvent[]): RoomEvent[] {
  const removed = new Set<string>();
  const hidden = new Map<string, string>();
  for (const event of events) {
    if (event.event === "chat.removed") removed.add(`${event.senderId}/${event.messageId}`);
    else if (event.event === "chat.hidden") hidden.set(event.userId, event.until);
    else if (event.event === "viewer.kicked" && event.wordsHiddenUntil) {
      hidden.set(event.userId, event.wordsHiddenUntil);
    }
  }
  if (removed.size === 0 && hidden.size === 0) return [...events];
  return events.map((event): RoomEvent => {
    if (event.event !== "chat.message") return event;
    const { seq, at, traceId, messageId } = event;
    const senderId = event.sender.userId;
    const isGone = removed.has(`${senderId}/${messageId}`) || at <= (hidden.get(senderId) ?? "");
    return isGone ? { event: "chat.removed", seq, at, traceId, senderId, messageId } : event;
  });
}
