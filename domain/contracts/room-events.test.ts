import { expect, it } from "vitest";
import { RoomEvent } from "./events";
import {
  EVENT_PRIORITIES,
  identitiesOf,
  isKnownRoomEvent,
  ROOM_EVENTS,
  type RoomEventName,
} from "./room-events";

const NAMES = Object.keys(ROOM_EVENTS) as RoomEventName[];
const FACTS = { seq: 7, at: "2030-01-01T00:00:00.000Z", traceId: "0".repeat(32) };
const SENDER = { userId: "u1", nickname: "Ann" };
const GIFT = { giftId: "rose", nameEn: "Rose", nameZh: "玫瑰", effect: "", svgaUrl: null, priceCoins: 5 };
const gift = (giftOrderId: string, mergedOrderIds?: string[]) =>
  RoomEvent.parse({
    event: "gift.settled",
    ...FACTS,
    giftOrderId,
    sender: SENDER,
    gift: GIFT,
    count: 1,
    totalCoins: 5,
    combo: null,
    mergedOrderIds,
  });
const chat = (userId: string) =>
  RoomEvent.parse({
    event: "chat.message",
    ...FACTS,
    messageId: "m1",
    sender: { ...SENDER, userId, role: "viewer" },
    text: "hi",
  });

it.each(NAMES)("the event %s is told apart from all others by its name", (event) => {
  const { error } = RoomEvent.safeParse({ event, ...FACTS, seq: 0 });
  // The body of this event is looked at, with what every event carries.
  expect(error?.issues.map(({ path }) => path.join("."))).toContain("seq");
});

it("refuses an event that has no row, as well as one named like what every object has", () => {
  for (const event of ["room.unheard-of", "toString", "__proto__", "constructor"]) {
    expect(RoomEvent.safeParse({ event, ...FACTS }).error?.issues).toMatchObject([
      { code: "invalid_union", path: ["event"] },
    ]);
    expect(isKnownRoomEvent(event)).toBe(false);
  }
  expect(NAMES.every(isKnownRoomEvent)).toBe(true);
});

it("takes from an event what its body names, and nothing else", () => {
  const removed = { event: "chat.removed", ...FACTS, senderId: "u1", messageId: "m1" };
  expect(RoomEvent.parse({ ...removed, text: "what was removed" })).toEqual(removed);
  expect(RoomEvent.safeParse({ ...removed, messageId: undefined }).success).toBe(false);
});

it("knows a gift by its order and what was merged into it, and a message by its sender as well", () => {
  expect(identitiesOf(gift("o1"))).toEqual(["o1"]);
  expect(identitiesOf(gift("o3", ["o1", "o2"]))).toEqual(["o3", "o1", "o2"]);
  expect(identitiesOf(chat("u1"))).not.toEqual(identitiesOf(chat("u2")));
  expect(identitiesOf(RoomEvent.parse({ event: "room.closed", ...FACTS, sessionId: "s1" }))).toEqual([]);
  // A newer server's event is numbered like all others.
  expect(identitiesOf({ ...chat("u1"), event: "room.unheard-of" } as never)).toEqual([]);
});

it("gives rooms nothing on the lane of results, and each code of the contract to one event", () => {
  for (const { priority } of Object.values(ROOM_EVENTS)) {
    expect(EVENT_PRIORITIES.indexOf(priority)).toBeGreaterThan(EVENT_PRIORITIES.indexOf("result"));
  }
  const codes = Object.values(ROOM_EVENTS).flatMap(({ code }) => code ?? []);
  expect(codes.toSorted((a, b) => a - b)).toEqual([5556, 5560]);
  expect([ROOM_EVENTS["gift.settled"].code, ROOM_EVENTS["rain.started"].code]).toEqual([5556, 5560]);
});
