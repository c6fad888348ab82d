import type { RoomEvent } from "@/domain/contracts/events";

/** What was taken away in a room: messages as `sender/message`, and up to which time somebody's words are. */
export interface Removals {
  removed: ReadonlySet<string>;
  hidden: ReadonlyMap<string, string>;
  /** When that was read, before or after what stands in it happened. */
  asOf?: string;
}

/**
 * A room's events without the words that were taken away since: in the place of such a message stands that it was removed,
 * so that the numbers go on without a gap. A removal that was undone counts for nothing, unless it was removed again. What removes a message comes after it, so it is among the same events; `known`
 * is what else there is. Pure.
 */
export function takeOutRemoved(events: readonly RoomEvent[], known?: Removals): RoomEvent[] {
  const removed = new Set(known?.removed);
  const hidden = new Map(known?.hidden);
  const hide = (userId: string, until: string) => {
    if (until > (hidden.get(userId) ?? "")) hidden.set(userId, until);
  };
  for (const event of events) {
    if (event.event === "chat.removed") removed.add(`${event.senderId}/${event.messageId}`);
    else if (event.event === "chat.restored") {
      const key = `${event.sender.userId}/${event.messageId}`;
      // What is known may have been read before it was undone.
      if (!known?.removed.has(key) || event.at >= (known.asOf ?? "9")) removed.delete(key);
    } else if (event.event === "chat.hidden") hide(event.userId, event.until);
    else if (event.event === "viewer.kicked" && event.wordsHiddenUntil) {
      hide(event.userId, event.wordsHiddenUntil);
    }
  }
  if (removed.size === 0 && hidden.size === 0) return [...events];
  return events.map((event): RoomEvent => {
    if (event.event !== "chat.message" && event.event !== "chat.restored") return event;
    const { seq, at, traceId, messageId } = event;
    const senderId = event.sender.userId;
    const saidAt = event.event === "chat.restored" ? event.saidAt : at;
    const isGone = removed.has(`${senderId}/${messageId}`) || saidAt <= (hidden.get(senderId) ?? "");
    return isGone ? { event: "chat.removed", seq, at, traceId, senderId, messageId } : event;
  });
}
