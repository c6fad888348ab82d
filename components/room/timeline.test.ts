import { describe, expect, it } from "vitest";
import type { RoomEvent } from "@/server/contracts/events";
import { addChatHistory, addOwnChat, addRoomEvents, EMPTY_TIMELINE, markChat } from "./timeline";

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

describe("chat", () => {
  it("confirms an own line instead of showing it twice", () => {
    const own = addOwnChat(EMPTY_TIMELINE, { messageId: "m1", sender, text: "hi", at: at(1) });
    expect(own.chat[0]?.state).toBe("sending");
    expect(addRoomEvents(own, [chat(1)]).chat.map((line) => line.state)).toEqual(["sent"]);
  });
  it("marks a refused line, but never one that is confirmed", () => {
    const own = addOwnChat(EMPTY_TIMELINE, { messageId: "m1", sender, text: "hi", at: at(1) });
    expect(markChat(own, "m1", "refused").chat[0]?.state).toBe("refused");
    expect(markChat(addRoomEvents(own, [chat(1)]), "m1", "refused").chat[0]?.state).toBe("sent");
  });
  it("sorts history under newer lines without repeating any", () => {
    const live = addRoomEvents(EMPTY_TIMELINE, [chat(5)]);
    const history = [1, 5].map((second) => ({ messageId: `m${second}`, sender, text: "hi", at: at(second) }));
    expect(addChatHistory(live, history).chat.map((line) => line.messageId)).toEqual(["m1", "m5"]);
  });
  it("stays bounded", () => {
    const many = Array.from({ length: 500 }, (_, i) => chat(i + 1));
    const { chat: lines } = addRoomEvents(EMPTY_TIMELINE, many);
    expect(lines).toHaveLength(200);
    expect(lines.at(-1)?.messageId).toBe("m500");
  });
});
