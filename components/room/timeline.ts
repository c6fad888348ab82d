import type { RoomEvent } from "@/server/contracts/events";
import type { ChatMessage } from "@/server/contracts/room";

/** What a room shows as text: the chat and the feed of gifts. Pure and bounded. */
export interface GiftLine {
  /** The combo's id, or the order's for a single gift: all of a combo is one line that counts up. */
  key: string;
  senderId: string | null;
  senderName: string;
  giftId: string;
  nameEn: string;
  nameZh: string;
  effect: string;
  /** Gifts in this line so far; a combo's number is the server's. */
  count: number;
  totalCoins: number;
  isCombo: boolean;
  at: string;
  seq: number;
}

export interface ChatLine extends ChatMessage {
  /** Own line that the server has not confirmed, or has refused. */
  state: "sent" | "sending" | "refused";
}

export interface Timeline {
  chat: readonly ChatLine[];
  gifts: readonly GiftLine[];
}

export const EMPTY_TIMELINE: Timeline = { chat: [], gifts: [] };
const CHAT_LINES_MAX = 200;
const GIFT_LINES_MAX = 60;

/** Adds events, newest last. Nothing is shown twice, whatever comes again. */
export function addRoomEvents(timeline: Timeline, events: readonly RoomEvent[]): Timeline {
  const chat = [...timeline.chat];
  const gifts = [...timeline.gifts];
  for (const event of events) {
    if (event.event === "chat.message") {
      const { messageId, sender, text, at } = event;
      putChat(chat, { messageId, sender, text, at, state: "sent" });
    } else if (event.event === "gift.settled") {
      putGift(gifts, event);
    }
  }
  return {
    chat: newest(chat.sort(byTime), CHAT_LINES_MAX),
    gifts: newest(gifts, GIFT_LINES_MAX),
  };
}

/** Puts the stored history under what has arrived since. */
export function addChatHistory(timeline: Timeline, history: readonly ChatMessage[]): Timeline {
  const chat = [...timeline.chat];
  for (const message of history) putChat(chat, { ...message, state: "sent" });
  return { ...timeline, chat: newest(chat.sort(byTime), CHAT_LINES_MAX) };
}

/** Shows an own line at once. */
export function addOwnChat(timeline: Timeline, message: ChatMessage): Timeline {
  const chat = [...timeline.chat];
  putChat(chat, { ...message, state: "sending" });
  return { ...timeline, chat: newest(chat, CHAT_LINES_MAX) };
}

export function markChat(timeline: Timeline, messageId: string, state: ChatLine["state"]): Timeline {
  return {
    ...timeline,
    chat: timeline.chat.map((line) =>
      line.messageId === messageId && line.state === "sending" ? { ...line, state } : line,
    ),
  };
}

function putChat(chat: ChatLine[], line: ChatLine): void {
  const index = chat.findIndex((known) => known.messageId === line.messageId);
  if (index < 0) chat.push(line);
  else if (line.state === "sent") chat[index] = line;
}

function putGift(gifts: GiftLine[], event: Extract<RoomEvent, { event: "gift.settled" }>): void {
  const key = event.combo?.comboId ?? event.giftOrderId;
  const index = gifts.findIndex((line) => line.key === key);
  const known = index < 0 ? undefined : gifts[index];
  if (known && (known.seq === event.seq || !event.combo)) return;
  const line: GiftLine = {
    key,
    senderId: event.sender.userId,
    senderName: event.sender.nickname,
    giftId: event.gift.giftId,
    nameEn: event.gift.nameEn,
    nameZh: event.gift.nameZh,
    effect: event.gift.effect,
    count: Math.max(known?.count ?? 0, event.combo?.count ?? event.count),
    totalCoins: (known?.totalCoins ?? 0) + event.totalCoins,
    isCombo: event.combo !== null,
    at: event.at,
    seq: Math.max(known?.seq ?? 0, event.seq),
  };
  if (known) gifts.splice(index, 1);
  gifts.push(line);
}

function byTime(a: ChatLine, b: ChatLine): number {
  return Date.parse(a.at) - Date.parse(b.at);
}

function newest<T>(lines: T[], max: number): T[] {
  return lines.length > max ? lines.slice(lines.length - max) : lines;
}
