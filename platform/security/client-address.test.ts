import type { IncomingMessage } from "node:http";
import { describe, expect, it } from "vitest";
import { clientAddress, parseAddress } from "./client-address";

const from = (remoteAddress: string, forwarded?: string | string[]) =>
  ({
    socket: { remoteAddress },
    headers: forwarded === undefined ? {} : { "x-forwarded-for": forwarded },
  }) as unknown as IncomingMessage;
const textOf = (request: IncomingMessage, trustProxy: boolean) => clientAddress(request, trustProxy).text;
const countedOf = (text: string) => parseAddress(text)?.counted;

describe("clientAddress", () => {
  it("believes nobody but the socket unless there is a proxy", () => {
    expect(textOf(from("10.0.0.1", "1.2.3.4"), false)).toBe("10.0.0.1");
    expect(textOf(from("::ffff:10.0.0.1"), false)).toBe("10.0.0.1");
  });

  it("takes the address that the proxy has seen, not those that the caller wrote before it", () => {
    expect(textOf(from("10.0.0.1", "6.6.6.6, 1.2.3.4"), true)).toBe("1.2.3.4");
    expect(textOf(from("10.0.0.1", ["6.6.6.6", "2001:db8::1"]), true)).toBe("2001:db8::1");
    expect(textOf(from("10.0.0.1", "nonsense"), true)).toBe("10.0.0.1");
    expect(textOf(from("10.0.0.1", ""), true)).toBe("10.0.0.1");
    expect(textOf(from("10.0.0.1", "0x7f000001"), true)).toBe("10.0.0.1");
  });

  it("counts those together whom it cannot tell apart", () => {
    expect(clientAddress(from("no address"), false).counted).toBe(clientAddress(from("none"), false).counted);
  });
});

describe("what is counted", () => {
  it("is one IPv6 network, however its addresses are written", () => {
    const network = countedOf("2001:db8:1:2::9");
    for (const same of ["2001:db8:1:2:3:4:5:6", "2001:0DB8:0001:0002::1", "2001:db8:1:2:ffff::%eth0"]) {
      expect(countedOf(same)).toBe(network);
    }
    expect(countedOf("2001:db8:1:3::9")).not.toBe(network);
    expect(countedOf("::1")).toBe("::/64");
  });

  it("is the IPv4 address, also inside an IPv6 one", () => {
    for (const same of ["1.2.3.4", "::ffff:1.2.3.4", "::ffff:102:304", "0:0:0:0:0:ffff:0102:0304"]) {
      expect(countedOf(same)).toBe("1.2.3.4");
    }
  });

  it("is nothing for what is no address", () => {
    for (const text of [
      "",
      "1.2.3",
      "1.2.3.4.5",
      "012.1.1.1",
      "1.2.3.4/8",
      "::1/64",
      "localhost",
      "256.1.1.1",
    ]) {
      expect(parseAddress(text)).toBeUndefined();
    }
  });

  it("knows the machine itself", () => {
    for (const own of ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"]) {
      expect(parseAddress(own)?.isLoopback).toBe(true);
    }
    expect(parseAddress("128.0.0.1")?.isLoopback).toBe(false);
  });
});
