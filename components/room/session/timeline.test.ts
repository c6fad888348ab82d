import { describe, expect, it } from "vitest";
import type { RoomEvent } from "@/domain/contracts/events";
import {
  addChatHistory,
  addOwnChat,
  addRoomEvents,
  chatKey,
  dropOwnChat,
  EMPTY_TIMELINE,
  markChat,
  replaceChat,
  type Timeline,
} from "./timeline";

const at = (second: number) => new Date(Date.UTC(2030, 0, 1, 0, 0, second)).toISOString();
const sender = { userId: "u", nickname: "Ann", role: "viewer" as const };
const traceId = "0".repeat(32);

function gift(seq: number, combo: { comboId: string; count: number } | null, count = 1): RoomEvent {
  return {
    event: "gift.settled",
    seq,
    at: at(seq),
    traceId,
    giftOrderId: `o${seq}`,
    sender: { userId: "u", nickname: "Ann" },
    gift: { giftId: "crown", nameEn: "Crown", nameZh: "皇冠", effect: "crown", svgaUrl: null, priceCoins: 5 },
    count,
    totalCoins: 5 * count,
    combo: combo && { ...combo, endsAt: at(seq + 5) },
  };
}
function chat(seq: number, messageId = `m${seq}`): RoomEvent {
  return { event: "chat.message", seq, at: at(seq), traceId, messageId, sender, text: "hi" };
}

describe("gifts", () => {
  it("make one line per combo, which counts up and moves to the end", () => {
    const combo = (count: number) => ({ comboId: "c", count });
    const { gifts } = addRoomEvents(EMPTY_TIMELINE, [gift(1, combo(1)), gift(2, null), gift(3, combo(2))]);
    expect(gifts.map((line) => [line.key, line.count, line.totalCoins])).toEqual([
      ["o2", 1, 5],
      ["c", 2, 10],
    ]);
  });
  it("do not count a repeat", () => {
    const once = addRoomEvents(EMPTY_TIMELINE, [gift(1, { comboId: "c", count: 1 }), gift(2, null)]);
    expect(addRoomEvents(once, [gift(1, { comboId: "c", count: 1 }), gift(2, null)]).gifts).toEqual(
      once.gifts,
    );
  });
});

const say = (messageId: string, second = 1, userId = "u") => ({
  messageId,
  sender: { ...sender, userId },
  text: "hi",
  at: at(second),
});
const removed = (seq: number, messageId: string, senderId = "u"): RoomEvent => ({
  event: "chat.removed",
  seq,
  at: at(seq),
  traceId,
  senderId,
  messageId,
});
const hidden = (seq: number, userId = "u"): RoomEvent => ({
  event: "chat.hidden",
  seq,
  at: at(seq),
  traceId,
  userId,
  until: at(seq),
});
const kicked = (seq: number, wordsHiddenUntil?: string): RoomEvent => ({
  event: "viewer.kicked",
  seq,
  at: at(seq),
  traceId,
  roomId: "r",
  userId: "u",
  nickname: "Ann",
  until: at(59),
  reason: null,
  ...(wordsHiddenUntil && { wordsHiddenUntil }),
});
const idsOf = (timeline: Timeline) => timeline.chat.map((line) => line.messageId);
const key = chatKey("u", "m1");

describe("chat", () => {
  it("confirms an own line instead of showing it twice", () => {
    const own = addOwnChat(EMPTY_TIMELINE, say("m1"));
    expect(own.chat[0]?.state).toBe("sending");
    expect(addRoomEvents(own, [chat(1)]).chat.map((line) => line.state)).toEqual(["sent"]);
  });
  it("marks a refused line, but never one that is confirmed", () => {
    const own = addOwnChat(EMPTY_TIMELINE, say("m1"));
    expect(markChat(own, key, "refused").chat[0]?.state).toBe("refused");
    expect(markChat(addRoomEvents(own, [chat(1)]), key, "refused").chat[0]?.state).toBe("sent");
  });
  it("sends a refused line again in its place, and forgets one that is given up", () => {
    const refused = markChat(addOwnChat(EMPTY_TIMELINE, say("m1")), key, "refused");
    expect(addOwnChat(refused, say("m1")).chat.map((line) => line.state)).toEqual(["sending"]);
    expect(dropOwnChat(refused, key).chat).toEqual([]);
    // It had arrived after all.
    expect(idsOf(addRoomEvents(dropOwnChat(refused, key), [chat(1)]))).toEqual(["m1"]);
    expect(idsOf(dropOwnChat(addRoomEvents(refused, [chat(1)]), key))).toEqual(["m1"]);
  });
  it("keeps own lines that are on their way at the end, whatever this clock says", () => {
    const own = addOwnChat(EMPTY_TIMELINE, say("mine", 1));
    expect(idsOf(addRoomEvents(own, [chat(5), chat(6)]))).toEqual(["m5", "m6", "mine"]);
  });
  it("sorts history under newer lines without repeating any", () => {
    const live = addRoomEvents(EMPTY_TIMELINE, [chat(5)]);
    expect(idsOf(addChatHistory(live, [say("m1", 1), say("m5", 5)]))).toEqual(["m1", "m5"]);
  });
  it("does not take a message for another's that has the same id", () => {
    const line = { ...(chat(2, "m1") as Extract<RoomEvent, { event: "chat.message" }>), text: "not hi" };
    const both = addRoomEvents(EMPTY_TIMELINE, [
      chat(1),
      { ...line, sender: { ...sender, userId: "other" } },
    ]);
    expect(both.chat.map((shown) => shown.text)).toEqual(["hi", "not hi"]);
  });
  it("stays bounded", () => {
    const many = Array.from({ length: 500 }, (_, i) => chat(i + 1));
    const { chat: lines } = addRoomEvents(EMPTY_TIMELINE, many);
    expect(lines).toHaveLength(200);
    expect(lines.at(-1)?.messageId).toBe("m500");
  });
});

describe("what is drawn again", () => {
  const shown = addRoomEvents(EMPTY_TIMELINE, [chat(1), gift(2, null), removed(3, "m9"), hidden(3, "other")]);
  it("is the feed alone for a gift, the chat alone for a message", () => {
    const given = addRoomEvents(shown, [gift(4, null)]);
    expect(given.gifts).toHaveLength(2);
    expect(given.chat).toBe(shown.chat);
    const said = addRoomEvents(shown, [chat(4)]);
    expect(said.chat).toHaveLength(2);
    expect(said.gifts).toBe(shown.gifts);
    expect(addOwnChat(shown, say("mine")).gifts).toBe(shown.gifts);
  });
  it("is one row of the chat for a message, not the others", () => {
    const [first] = shown.chat;
    expect(addRoomEvents(shown, [chat(4)]).chat[0]).toBe(first);
    expect(addOwnChat(shown, say("mine", 9)).chat[0]).toBe(first);
    expect(markChat(addOwnChat(shown, say("mine", 9)), chatKey("u", "mine"), "waiting").chat[0]).toBe(first);
  });
  it("is nothing for what is known: a mark that a line has, an event of another kind", () => {
    const own = addOwnChat(shown, say("mine"));
    expect(markChat(own, chatKey("u", "mine"), "sending")).toBe(own);
    expect(markChat(own, chatKey("u", "m1"), "refused")).toBe(own);
    expect(markChat(own, chatKey("u", "nobody's"), "waiting")).toBe(own);
    const opened: RoomEvent = { event: "room.closed", seq: 5, at: at(5), traceId, sessionId: "s" };
    const after = addRoomEvents(shown, [opened]);
    expect([after.chat, after.gifts]).toEqual([shown.chat, shown.gifts]);
    expect(after.chat).toBe(shown.chat);
    expect(after.gifts).toBe(shown.gifts);
  });
  it("is the chat when something is taken away", () => {
    expect(addRoomEvents(shown, [removed(4, "m1")]).chat).toEqual([]);
    expect(addRoomEvents(shown, [hidden(4)]).chat).toEqual([]);
  });
});

describe("what was taken away", () => {
  it.each([
    ["one message", [chat(1), chat(2), removed(3, "m1")], ["m2"]],
    ["one message, told before it", [removed(1, "m2"), chat(2), chat(3)], ["m3"]],
    ["nobody else's of the same id", [chat(1), removed(2, "m1", "other")], ["m1"]],
    ["all that somebody had said", [chat(1), chat(2), hidden(3), chat(4)], ["m4"]],
    ["what comes late from before", [hidden(3), chat(1), chat(4)], ["m4"]],
    ["nobody else's words", [chat(1), hidden(2, "other")], ["m1"]],
    ["the words of who was kicked", [chat(1), kicked(2, at(2))], []],
    ["unless they stay", [chat(1), kicked(2)], ["m1"]],
  ] as [string, RoomEvent[], string[]][])("is gone: %s", (_, events, left) => {
    expect(idsOf(addRoomEvents(EMPTY_TIMELINE, events))).toEqual(left);
    // One by one, and all of it again.
    const oneByOne = events.reduce((shown, event) => addRoomEvents(shown, [event]), EMPTY_TIMELINE);
    expect(idsOf(addRoomEvents(oneByOne, events))).toEqual(left);
  });
  it("does not come back with a history that was read before", () => {
    const gone = addRoomEvents(EMPTY_TIMELINE, [chat(1), removed(2, "m1"), hidden(4)]);
    expect(idsOf(addChatHistory(gone, [say("m1", 1), say("m3", 3), say("m5", 5)]))).toEqual(["m5"]);
  });
  it("leaves what the history does not have any more, and keeps what is newer or unsent", () => {
    const shown = addOwnChat(addRoomEvents(EMPTY_TIMELINE, [chat(1), chat(2), chat(9)]), say("mine", 9));
    expect(idsOf(replaceChat(shown, [say("m2", 2)], 5))).toEqual(["m2", "m9", "mine"]);
  });
});
