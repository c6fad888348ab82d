import type { RoomEvent } from "@/domain/contracts/events";
import type { ChatMessage } from "@/domain/contracts/room";
import type { ApiError } from "../../lib/api-error";

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
  /** Of an own line: on its way, waiting for a connection, or refused by the server. */
  state: "sent" | "sending" | "waiting" | "refused";
  /** Why it waits or was refused. */
  problem?: ApiError | null;
  /** Its number among the room's events, if it came as one. */
  seq?: number;
}

export interface Timeline {
  /** By the time of the server; own lines that it has not taken stand last. */
  chat: readonly ChatLine[];
  gifts: readonly GiftLine[];
  /**
   * Lines that were taken away, by `chatKey`, with the number of the latest event of it: they do not come back, whatever order things
   * arrive in. Below zero that was undone, by the event of that number.
   */
  removed: ReadonlyMap<string, number>;
  /** Whose words are hidden, and up to which time, in milliseconds. */
  hidden: ReadonlyMap<string, number>;
  /** So many lines of chat are kept: more while somebody reads what was said before. */
  chatLinesMax: number;
  /** The first message of the page that reaches furthest back without a hole. Events may tell of older ones. */
  historyFrom: Pick<ChatMessage, "messageId" | "at"> | null;
}

type GiftEvent = Extract<RoomEvent, { event: "gift.settled" }>;

const CHAT_LINES_MAX = 200;
/** Further back nobody reads in a room. */
const OLDER_LINES_MAX = 1_000;
export const EMPTY_TIMELINE: Timeline = {
  chat: [],
  gifts: [],
  removed: new Map(),
  hidden: new Map(),
  chatLinesMax: CHAT_LINES_MAX,
  historyFrom: null,
};
const GIFT_LINES_MAX = 60;
/** More than the server keeps for replay: what is older does not arrive any more. */
const REMOVALS_MAX = 1_000;

/** A message's id is its sender's to choose, so it names a message only together with the sender. */
export const chatKey = (senderId: string, messageId: string) => `${senderId}/${messageId}`;
const keyOf = (line: ChatMessage) => chatKey(line.sender.userId, line.messageId);

/** What an event takes away: one message, or what somebody has said up to a time. */
export function readRemoval(
  event: RoomEvent,
): { key: string; userId?: never } | { userId: string; untilMs: number; key?: never } | null {
  if (event.event === "chat.removed") return { key: chatKey(event.senderId, event.messageId) };
  const until =
    event.event === "chat.hidden"
      ? event.until
      : event.event === "viewer.kicked"
        ? event.wordsHiddenUntil
        : undefined;
  return until && "userId" in event ? { userId: event.userId, untilMs: Date.parse(until) } : null;
}

/**
 * Adds events, newest last. Nothing is shown twice, whatever comes again, nor what was taken away. A list of which they do
 * not speak stays the same object, and is not drawn again.
 */
export function addRoomEvents(timeline: Timeline, events: readonly RoomEvent[]): Timeline {
  const { removed, hidden } = addRemovals(timeline, events);
  const said: ChatLine[] = [];
  const given: GiftEvent[] = [];
  for (const event of events) {
    if (event.event === "chat.message") {
      const { messageId, sender, text, at, seq } = event;
      said.push({ messageId, sender, text, at, state: "sent", seq });
    } else if (event.event === "chat.restored") {
      const { messageId, sender, text, saidAt: at, seq } = event;
      said.push({ messageId, sender, text, at, state: "sent", seq });
    } else if (event.event === "gift.settled") {
      given.push(event);
    }
  }
  const isChatSame = said.length === 0 && removed === timeline.removed && hidden === timeline.hidden;
  const chat = isChatSame
    ? timeline.chat
    : newest(
        putChat(timeline.chat, said).filter((line) => !isGone({ removed, hidden }, line)),
        timeline.chatLinesMax,
      );
  return { ...timeline, chat, gifts: putGifts(timeline.gifts, given), removed, hidden };
}

/** What is taken away with these events; the same objects where that is nothing. */
function addRemovals(timeline: Timeline, events: readonly RoomEvent[]): Pick<Timeline, "removed" | "hidden"> {
  const speaksOfIt = (event: RoomEvent) => event.event === "chat.restored" || readRemoval(event) !== null;
  if (!events.some(speaksOfIt)) return { removed: timeline.removed, hidden: timeline.hidden };
  const removed = new Map(timeline.removed);
  const hidden = new Map(timeline.hidden);
  const note = (key: string, seq: number) => {
    if (Math.abs(seq) >= Math.abs(removed.get(key) ?? 0)) removed.set(key, seq);
  };
  for (const event of events) {
    const removal = readRemoval(event);
    if (event.event === "chat.restored") note(chatKey(event.sender.userId, event.messageId), -event.seq);
    else if (removal?.key !== undefined) note(removal.key, event.seq);
    else if (removal) hidden.set(removal.userId, Math.max(hidden.get(removal.userId) ?? 0, removal.untilMs));
  }
  return {
    removed: new Map(newest([...removed], REMOVALS_MAX)),
    hidden: new Map(newest([...hidden], REMOVALS_MAX)),
  };
}

/** Puts the stored history under what has arrived since. */
export function addChatHistory(timeline: Timeline, history: readonly ChatMessage[]): Timeline {
  const lines = history.map((message): ChatLine => ({ ...message, state: "sent" }));
  const chat = putChat(withoutHole(timeline.chat, lines), lines).filter((line) => !isGone(timeline, line));
  const [first = null] = history;
  return {
    ...timeline,
    chat: newest(chat, timeline.chatLinesMax),
    historyFrom: first ?? timeline.historyFrom,
  };
}

/** Lines of long ago that a page does not reach back to: what was said in between is not here, so they go. */
function withoutHole(chat: readonly ChatLine[], page: readonly ChatLine[]): readonly ChatLine[] {
  const [first] = page;
  const known = new Set(chat.map(keyOf));
  if (!first || page.some((line) => known.has(keyOf(line)))) return chat;
  const isBefore = (line: ChatLine) => line.state === "sent" && Date.parse(line.at) < Date.parse(first.at);
  return chat.some(isBefore) ? chat.filter((line) => !isBefore(line)) : chat;
}

/** From where one reads on backwards. None where no more would be kept. */
export function findOldest({ chat, historyFrom }: Timeline): Timeline["historyFrom"] {
  return chat.length < OLDER_LINES_MAX ? historyFrom : null;
}

/** Puts what was said before above what is shown, and keeps it while it is read. */
export function addOlderChat(timeline: Timeline, older: readonly ChatMessage[]): Timeline {
  const chatLinesMax = Math.min(
    OLDER_LINES_MAX,
    Math.max(CHAT_LINES_MAX, timeline.chat.length + older.length),
  );
  return addChatHistory({ ...timeline, chatLinesMax }, older);
}

/** Nobody reads what was said before any more. */
export function forgetOlderChat(timeline: Timeline): Timeline {
  if (timeline.chatLinesMax === CHAT_LINES_MAX) return timeline;
  const chat = newest([...timeline.chat], CHAT_LINES_MAX);
  return { ...timeline, chat, chatLinesMax: CHAT_LINES_MAX, historyFrom: chat[0] ?? null };
}

/**
 * Takes the stored history for what was there up to an event: more was missed than can be replayed, and what was taken away
 * meanwhile is not told any more. Later lines and those that the server has not taken stay.
 */
export function replaceChat(timeline: Timeline, history: readonly ChatMessage[], upToSeq: number): Timeline {
  const chat = timeline.chat.filter((line) => line.state !== "sent" || (line.seq ?? 0) > upToSeq);
  return addChatHistory({ ...timeline, chat }, history);
}

/** Shows an own line at once, or again when it is sent again. */
export function addOwnChat(timeline: Timeline, message: ChatMessage): Timeline {
  const others = timeline.chat.filter((line) => keyOf(line) !== keyOf(message) || line.state === "sent");
  return {
    ...timeline,
    chat: newest(putChat(others, [{ ...message, state: "sending" }]), timeline.chatLinesMax),
  };
}

/** What became of an own line; what the server has confirmed stays confirmed. */
export function markChat(
  timeline: Timeline,
  key: string,
  state: ChatLine["state"],
  problem: ApiError | null = null,
): Timeline {
  const marked = (line: ChatLine) => keyOf(line) === key && line.state !== "sent";
  const isNew = (line: ChatLine) => line.state !== state || (line.problem ?? null) !== problem;
  if (!timeline.chat.some((line) => marked(line) && isNew(line))) return timeline;
  const chat = timeline.chat.map((line) => (marked(line) ? { ...line, state, problem } : line));
  return { ...timeline, chat: inOrder(chat) };
}

/** An own line that waits for a moderator. When everybody hears of it, it is a line like others. */
export function markHeld(timeline: Timeline, key: string): Timeline {
  const chat = timeline.chat.map((line) =>
    keyOf(line) === key && line.state !== "sent" ? { ...line, isHeld: true as const } : line,
  );
  return { ...timeline, chat };
}

/** Forgets an own line that was not said. Had it arrived after all, it is shown again. */
export function dropOwnChat(timeline: Timeline, key: string): Timeline {
  return { ...timeline, chat: timeline.chat.filter((line) => keyOf(line) !== key || line.state === "sent") };
}

function isGone({ removed, hidden }: Pick<Timeline, "removed" | "hidden">, line: ChatLine): boolean {
  if ((removed.get(keyOf(line)) ?? 0) > 0) return true;
  const untilMs = hidden.get(line.sender.userId);
  return untilMs !== undefined && line.state === "sent" && Date.parse(line.at) <= untilMs;
}

function putChat(chat: readonly ChatLine[], lines: readonly ChatLine[]): ChatLine[] {
  const byKey = new Map(chat.map((line) => [keyOf(line), line]));
  for (const line of lines) {
    const known = byKey.get(keyOf(line));
    if (!known) byKey.set(keyOf(line), line);
    else if (line.state === "sent") byKey.set(keyOf(line), { ...line, seq: line.seq ?? known.seq });
  }
  return inOrder([...byKey.values()]);
}

function inOrder(chat: ChatLine[]): ChatLine[] {
  const rank = (line: ChatLine) => (line.state === "sent" ? 0 : 1);
  return chat.sort((a, b) => rank(a) - rank(b) || Date.parse(a.at) - Date.parse(b.at));
}

function putGifts(shown: readonly GiftLine[], events: readonly GiftEvent[]): readonly GiftLine[] {
  if (events.length === 0) return shown;
  const gifts = [...shown];
  for (const event of events) putGift(gifts, event);
  return newest(gifts, GIFT_LINES_MAX);
}

function putGift(gifts: GiftLine[], event: GiftEvent): void {
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

function newest<T>(lines: T[], max: number): T[] {
  return lines.length > max ? lines.slice(lines.length - max) : lines;
}
