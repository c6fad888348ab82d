import { describe, expect, it } from "vitest";
import { formatDelivery, formatEvent, parseMessage } from "./messages";

const DELIVERY = { holder: "node.1a2b", sequence: 7, exceptSocketId: "12.34", isLowPriority: true };

describe("messages on a stream", () => {
  it("carry an event to the letter, with who sent it and for whom it is", () => {
    const text = '{"event":"e","data":"line\\n 礼物 🎁"}\nrest';
    const message = parseMessage(Buffer.from(formatEvent(DELIVERY, text)));
    expect(message).toMatchObject({ kind: "event", version: undefined, delivery: DELIVERY });
    expect(message && "body" in message && message.body.toString()).toBe(text);
  });

  it("tell an event for everybody from one that excepts a socket", () => {
    const delivery = { ...DELIVERY, exceptSocketId: undefined, isLowPriority: false };
    expect(parseMessage(Buffer.from(formatEvent(delivery, "")))).toMatchObject({ delivery });
  });

  it("are read as the scripts write them", () => {
    const read = (text: string) => parseMessage(Buffer.from(text));
    expect(read(`c 1795242567174123 ${formatDelivery(DELIVERY)}\n{}`)).toMatchObject({
      kind: "event",
      version: 1795242567174123,
      delivery: DELIVERY,
    });
    expect(read("+ 5\n{}")).toMatchObject({ kind: "member", version: 5, isThere: true });
    expect(read("- 6\n{}")).toMatchObject({ kind: "member", version: 6, isThere: false });
    expect(read("u 1795242567174123 1\n")).toEqual({
      kind: "user",
      version: 1795242567174123,
      isThere: true,
    });
    expect(read("n 12\n")).toEqual({ kind: "count", total: 12 });
    expect(read("n 12 7\n")).toEqual({ kind: "count", total: 12, viewers: 7 });
    expect(read("m 1-0\n{}")).toMatchObject({ kind: "note", id: "1-0" });
  });

  it.each(["", "e", "future 1 2\nbody"])("that are not known are left aside: %j", (text) => {
    expect(parseMessage(Buffer.from(text))).toBeUndefined();
  });
});
