import type { IncomingMessage } from "node:http";
import { describe, expect, it } from "vitest";
import { Visitors } from "./visitors";

const from = (remoteAddress: string) => ({ headers: {}, socket: { remoteAddress } }) as IncomingMessage;

describe("Visitors", () => {
  it("counts an address until nobody has been here from it for a while", () => {
    const visitors = new Visitors({ connectionsPerAddressMax: 1, connectsPerAddressPerSecond: 0 }, false);
    const visitor = visitors.find(from("203.0.113.5"), 0);
    expect(visitor).toBeDefined();
    if (visitor) visitor.connections += 1;
    visitors.forgetIdle(1_000_000);
    expect(visitors.find(from("203.0.113.5"), 1_000_000)).toBeUndefined();
    if (visitor) visitor.connections -= 1;
    visitors.forgetIdle(1_000_001);
    expect(visitors.find(from("203.0.113.5"), 1_000_001)).toBe(visitor);
    visitors.forgetIdle(2_000_000);
    expect(visitors.find(from("203.0.113.5"), 2_000_000)).not.toBe(visitor);
  });

  it("lets attempts through at their rate", () => {
    const visitors = new Visitors({ connectionsPerAddressMax: 0, connectsPerAddressPerSecond: 2 }, false);
    const tryAt = (nowMs: number) => visitors.find(from("::ffff:203.0.113.5"), nowMs) !== undefined;
    const atOnce = Array.from({ length: 12 }, () => tryAt(0));
    expect(atOnce.filter(Boolean)).toHaveLength(10);
    expect([tryAt(400), tryAt(500), tryAt(501)]).toEqual([false, true, false]);
  });

  it("does not limit the machine itself", () => {
    const visitors = new Visitors({ connectionsPerAddressMax: 1, connectsPerAddressPerSecond: 1 }, false);
    for (const address of ["127.0.0.1", "::1", "::ffff:127.0.0.1"]) {
      for (let n = 0; n < 20; n += 1) {
        const visitor = visitors.find(from(address), 0);
        expect(visitor).toBeDefined();
        if (visitor) visitor.connections += 1;
      }
    }
  });
});
