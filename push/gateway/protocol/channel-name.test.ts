import { describe, expect, it } from "vitest";
import { parseChannelName } from "./channel-name";

describe("parseChannelName", () => {
  it.each([
    ["news", "public", false],
    ["cache-news", "public", true],
    ["private-room-1", "private", false],
    ["private-cache-room", "private", true],
    ["private-encrypted-room", "encrypted", false],
    ["private-encrypted-cache-room", "encrypted", true],
    ["presence-lobby", "presence", false],
    ["presence-cache-lobby", "presence", true],
    ["my-cache-news", "public", false],
    ["#server-to-user-用户 1", "user", false],
    ["a_-=@,.;Z9", "public", false],
  ])("reads %s", (name, kind, isCache) => {
    expect(parseChannelName(name)).toEqual({ name, kind, isCache });
  });

  it.each(["", "with space", "#other", "#server-to-user-", "a/b", "ü", "a".repeat(201)])(
    "refuses %j",
    (name) => {
      expect(parseChannelName(name)).toBeUndefined();
    },
  );

  it("takes a name of the greatest length", () => {
    expect(parseChannelName("a".repeat(200))).toBeDefined();
  });
});
