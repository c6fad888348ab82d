import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import { connectionFrame, errorFrame, eventFrame, frameText, readTexts } from "./frames";

/** The framing that `ws` itself sends, as the reference. */
const { Sender } = createRequire(import.meta.url)("ws") as {
  Sender: { frame(data: Buffer, options: object): Buffer[] };
};

function referenceFrame(text: string): Buffer {
  return Buffer.concat(
    Sender.frame(Buffer.from(text), { fin: true, opcode: 1, mask: false, readOnly: true, rsv1: false }),
  );
}

function payload(frame: Buffer): unknown {
  const headerBytes = (frame[1] ?? 0) < 126 ? 2 : frame[1] === 126 ? 4 : 10;
  return JSON.parse(frame.subarray(headerBytes).toString());
}

describe("frameText", () => {
  it.each([0, 1, 125, 126, 65_535, 65_536, 100_000])("frames %i bytes as ws does", (length) => {
    const text = "x".repeat(length);
    expect(frameText(text).equals(referenceFrame(text))).toBe(true);
  });

  it("counts bytes, not characters", () => {
    const text = "礼物🎁".repeat(20);
    expect(frameText(text).equals(referenceFrame(text))).toBe(true);
  });
});

describe("messages", () => {
  it("passes event data through to the letter", () => {
    const data = '{"a": 1.0,  "text":"\\u4f60\\"\\n"}';
    expect(payload(eventFrame('na"me', "room", data))).toEqual({ event: 'na"me', channel: "room", data });
  });

  it("keeps the JSON type of a user id", () => {
    expect(payload(eventFrame("client-x", "presence-a", "{}", 5))).toMatchObject({ user_id: 5 });
    expect(payload(eventFrame("client-x", "presence-a", "{}", "5"))).toMatchObject({ user_id: "5" });
  });

  it("sends data as a JSON string, except in errors", () => {
    expect(payload(connectionFrame("pusher:pong", {}))).toEqual({ event: "pusher:pong", data: "{}" });
    expect(payload(errorFrame(4301, "slow"))).toEqual({
      event: "pusher:error",
      data: { code: 4301, message: "slow" },
    });
  });
});

describe("readTexts", () => {
  it("takes concatenated frames of all header sizes apart", () => {
    const texts = ["", "short", "é".repeat(125), "x".repeat(70_000), "last"];
    expect(readTexts(Buffer.concat(texts.map((text) => frameText(text))))).toEqual(texts);
  });
});
