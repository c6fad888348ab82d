import { describe, expect, it } from "vitest";
import { parseHandshake } from "./handshake";

describe("parseHandshake", () => {
  it("finds the app key", () => {
    expect(parseHandshake("/app/my-key?protocol=7&client=js&version=8.6.0&flash=false")).toEqual({
      key: "my-key",
    });
  });

  it.each([
    ["/", 4005],
    ["/app/", 4005],
    ["/app/key/more?protocol=7", 4005],
    ["/app/key", 4008],
    ["/app/key?protocol=", 4008],
    ["/app/key?protocol=seven", 4006],
    ["/app/key?protocol=4", 4007],
    ["/app/key?protocol=8", 4007],
  ])("refuses %s with %i", (url, code) => {
    expect(parseHandshake(url)).toMatchObject({ code });
  });
});
