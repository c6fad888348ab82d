import { describe, expect, it } from "vitest";
import { PresenceMembers } from "./presence";

describe("PresenceMembers", () => {
  it("counts distinct users: joins first, leaves last", () => {
    const members = new PresenceMembers();
    const ada = { userId: "ada", userInfo: { name: "Ada" } };
    expect(members.join(ada)).toBe(true);
    expect(members.join(ada)).toBe(false);
    expect(members.count).toBe(1);
    expect(members.leave(ada)).toBe(false);
    expect(members.leave(ada)).toBe(true);
    expect(members.leave(ada)).toBe(false);
    expect(members.count).toBe(0);
  });

  it("keeps the type of ids and takes any id as a key", () => {
    const members = new PresenceMembers();
    members.join({ userId: 5 });
    members.join({ userId: "__proto__", userInfo: { odd: true } });
    expect(JSON.parse(JSON.stringify(members.snapshot())).presence.ids).toEqual([5, "__proto__"]);
    expect(JSON.stringify(members.snapshot())).toContain('"__proto__":{"odd":true}');
  });
});
