import { describe, expect, it } from "vitest";
import { PresenceMembers } from "./presence";

describe("PresenceMembers", () => {
  it("counts the sockets of a user on this node: held from the first to the last", () => {
    const members = new PresenceMembers();
    const ada = { userId: "ada", userInfo: { name: "Ada" } };
    expect(members.hold(ada)).toBe(true);
    expect(members.hold(ada)).toBe(false);
    expect(members.release(ada)).toBe(false);
    expect(members.holds("ada")).toBe(true);
    expect(members.release(ada)).toBe(true);
    expect(members.release(ada)).toBe(false);
    expect(members.holds("ada")).toBe(false);
  });

  it("counts distinct members, on whatever node", () => {
    const members = new PresenceMembers();
    expect(members.add({ userId: "ada" })).toBe(true);
    expect(members.add({ userId: "ada" })).toBe(false);
    expect(members.count).toBe(1);
    expect(members.remove("ada")).toBe(true);
    expect(members.remove("ada")).toBe(false);
    expect(members.count).toBe(0);
  });

  it("stands for those who are held and were let in", () => {
    const members = new PresenceMembers();
    members.hold({ userId: "ada" });
    members.hold({ userId: "waits" });
    members.add({ userId: "ada" });
    members.add({ userId: "elsewhere" });
    // The other nodes take this one for dead, which it is not.
    members.remove("ada");
    expect(members.heldMembers()).toEqual([{ userId: "ada" }]);
  });

  it("keeps the type of ids and takes any id as a key", () => {
    const members = new PresenceMembers();
    members.add({ userId: 5 });
    members.add({ userId: "__proto__", userInfo: { odd: true } });
    expect(JSON.parse(JSON.stringify(members.snapshot())).presence.ids).toEqual([5, "__proto__"]);
    expect(JSON.stringify(members.snapshot())).toContain('"__proto__":{"odd":true}');
  });
});
