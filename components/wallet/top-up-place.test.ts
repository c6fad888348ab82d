import { expect, it } from "vitest";
import { readRoomId, topUpHref } from "./top-up-place";

const ROOM = "0198c5a2-6f0e-7d1c-9d55-1f6f6f3f7a01";

it("leads from a room to the top-up and names the room", () => {
  expect(topUpHref(`/room/${ROOM}`)).toBe(`/wallet?room=${ROOM}#top-up`);
  expect(topUpHref("/studio")).toBe("/wallet#top-up");
  expect(topUpHref("/room/../login")).toBe("/wallet#top-up");
  expect(topUpHref(null)).toBe("/wallet#top-up");
});

it("takes nothing but an id for a room", () => {
  expect(readRoomId(ROOM)).toBe(ROOM);
  for (const value of [undefined, [ROOM], "", "//evil.example", `${ROOM}/../..`])
    expect(readRoomId(value)).toBeNull();
});
