import { describe, expect, it } from "vitest";
import { parseHandshake } from "./handshake";

describe("parseHandshake", () => {
  it("finds the app key", () => {
    expect(parseHandshake("/app/my-key?protocol=7&client=js&version=8.6.0&flash=false")).toEqual({
      key: "my-key",
      answersPingEvents: true,
    });
  });

  it("takes the protocol versions that the official libraries speak", () => {
    expect(parseHandshake("/app/key?client=java-client&protocol=5&version=2.4.4")).toEqual({
      key: "key",
      answersPingEvents: false,
    });
    expect(parseHandshake("/app/key?protocol=6")).toMatchObject({ answersPingEvents: true });
  });

  it.each([
    ["/", 4005],
    ["/app/", 4005],
    ["/app/key/more?protocol=7", 4005],
    ["/app/key", 4008],
    ["/app/key?protocol=", 4008],
    ["/app/key?protocol=seven", 4006],
    ["/app/key?protocol=3", 4007],
    ["/app/key?protocol=8", 4007],
  ])("refuses %s with %i", (url, code) => {
    expect(parseHandshake(url)).toMatchObject({ code });
  });
});
