import { EventEmitter } from "node:events";
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { Visitors } from "./visitors";

const NO_LIMITS = {
  connectionsPerAddressMax: 0,
  connectsPerAddressPerSecond: 0,
  requestsPerAddressMax: 0,
  mistakesPerAddressPerSecond: 0,
  silentConnectionsMax: 1_000,
};
const from = (remoteAddress: string) => ({ headers: {}, socket: { remoteAddress } }) as IncomingMessage;

describe("Visitors", () => {
  it("counts an address until nobody has been here from it for a while", () => {
    const visitors = new Visitors({ ...NO_LIMITS, connectionsPerAddressMax: 1 }, false);
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
    const visitors = new Visitors({ ...NO_LIMITS, connectsPerAddressPerSecond: 2 }, false);
    const tryAt = (nowMs: number) => visitors.find(from("::ffff:203.0.113.5"), nowMs) !== undefined;
    const atOnce = Array.from({ length: 12 }, () => tryAt(0));
    expect(atOnce.filter(Boolean)).toHaveLength(10);
    expect([tryAt(400), tryAt(500), tryAt(501)]).toEqual([false, true, false]);
  });

  it("limits the machine itself, by whatever name: it may be a proxy that nobody said is one", () => {
    const visitors = new Visitors({ ...NO_LIMITS, connectionsPerAddressMax: 1 }, false);
    const visitor = visitors.find(from("127.0.0.1"), 0);
    if (visitor) visitor.connections += 1;
    expect(visitors.find(from("::ffff:127.0.0.1"), 0)).toBeUndefined();
  });

  it("counts connections that say nothing, until they close or become clients", () => {
    const visitors = new Visitors({ ...NO_LIMITS, requestsPerAddressMax: 2 }, false);
    const open = () => Object.assign(new EventEmitter(), { remoteAddress: "203.0.113.5" }) as Socket;
    const [first, second, third] = [open(), open(), open()];
    expect([first, second, third].map((socket) => visitors.receive(socket, 0))).toEqual([true, true, false]);
    first.emit("close");
    expect([visitors.receive(open(), 0), visitors.receive(open(), 0)]).toEqual([true, false]);
    visitors.release(second);
    second.emit("close");
    expect([visitors.receive(open(), 0), visitors.receive(open(), 0)]).toEqual([true, false]);
  });

  it("ends whoever has said nothing for longest when too many do", () => {
    const visitors = new Visitors({ ...NO_LIMITS, silentConnectionsMax: 2 }, true);
    const ended: string[] = [];
    const open = (name: string, nowMs: number) => {
      const destroy = () => ended.push(name);
      visitors.receive(Object.assign(new EventEmitter(), { destroy }) as unknown as Socket, nowMs);
    };
    const speaking = Object.assign(new EventEmitter(), { destroy: () => ended.push("speaking") });
    visitors.receive(speaking as unknown as Socket, 0);
    visitors.hear(speaking as unknown as Socket);
    // They may all have spoken, and not been read yet.
    for (const name of ["first", "second", "third", "fourth"]) open(name, 0);
    expect(ended).toEqual([]);
    for (const name of ["fifth", "sixth"]) open(name, 2_000);
    expect(ended).toEqual(["first", "second"]);
  });

  it("does not count a proxy's connections, but mistakes by whom it names", () => {
    const visitors = new Visitors(
      { ...NO_LIMITS, requestsPerAddressMax: 1, mistakesPerAddressPerSecond: 1 },
      true,
    );
    const proxy = Object.assign(new EventEmitter(), { remoteAddress: "127.0.0.1" }) as Socket;
    expect([visitors.receive(proxy, 0), visitors.receive(proxy, 0)]).toEqual([true, true]);
    const of = (address: string) =>
      visitors.of({ headers: { "x-forwarded-for": address }, socket: proxy }, 0);
    const errs = Array.from({ length: 6 }, () => visitors.mayErr(of("203.0.113.5"), 0));
    expect(errs).toEqual([true, true, true, true, true, false]);
    expect(visitors.mayErr(of("203.0.113.6"), 0)).toBe(true);
  });
});
