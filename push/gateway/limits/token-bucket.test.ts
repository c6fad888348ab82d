import { describe, expect, it } from "vitest";
import { TokenBucket } from "./token-bucket";

describe("TokenBucket", () => {
  it("lets the burst through, then the rate", () => {
    const bucket = new TokenBucket(3, 10);
    const takenAt = [0, 0, 0, 0, 99, 100, 150, 200].map((nowMs) => bucket.take(nowMs));
    expect(takenAt).toEqual([true, true, true, false, false, true, false, true]);
  });

  it("never saves up more than the burst", () => {
    const bucket = new TokenBucket(2, 10);
    expect([bucket.take(60_000), bucket.take(60_000), bucket.take(60_000)]).toEqual([true, true, false]);
  });

  it("gives several at once or none", () => {
    const bucket = new TokenBucket(5, 10);
    expect([bucket.take(0, 6), bucket.take(0, 4), bucket.take(0, 2), bucket.take(0)]).toEqual([
      false,
      true,
      false,
      true,
    ]);
  });
});
