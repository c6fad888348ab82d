import type { IncomingMessage } from "node:http";
import ipaddr from "ipaddr.js";
import { LRUCache } from "lru-cache";

/** What limits count by: an IPv6 caller owns a whole /64 and is counted as one. */
export type CountedAddress = string & { readonly kind: "counted address" };

/**
 * A caller's address. An object, so that its text does not fit where something is counted: whoever counts raw addresses
 * lets an IPv6 caller go on with the next one of 2^64.
 */
export interface ClientAddress {
  /** Canonical, for people to read and for the list of sessions. */
  readonly text: string;
  readonly counted: CountedAddress;
  readonly isLoopback: boolean;
}

const IPV6_COUNTED_BITS = 64;
const ADDRESSES_MAX = 20_000;

const known = new LRUCache<string, ClientAddress>({ max: ADDRESSES_MAX });

/** What this machine calls itself by. */
export const LOCAL_ADDRESS: ClientAddress = readIpv4(ipaddr.IPv4.parse("127.0.0.1"));

/** Who could not be told apart is counted as one. */
export const UNKNOWN_ADDRESS: ClientAddress = {
  text: "unknown",
  counted: "unknown" as CountedAddress,
  isLoopback: false,
};

/** Reads an address as any system writes it, an IPv4 one inside IPv6 included. Undefined when it is none. */
export function parseAddress(text: string): ClientAddress | undefined {
  const before = known.get(text);
  if (before) return before;
  if (!ipaddr.IPv6.isValid(text) && !ipaddr.IPv4.isValidFourPartDecimal(text)) return undefined;
  const address = ipaddr.process(text);
  const read = address.kind() === "ipv4" ? readIpv4(address) : readIpv6(address as ipaddr.IPv6);
  known.set(text, read);
  return read;
}

/**
 * The caller's address. Behind a proxy that is trusted it is the last one in X-Forwarded-For, the only one that the
 * proxy itself has seen: what stands before it, the caller may have written.
 */
export function clientAddress(
  request: Pick<IncomingMessage, "headers" | "socket">,
  trustProxy: boolean,
): ClientAddress {
  if (trustProxy) {
    const header = request.headers["x-forwarded-for"];
    const last = (Array.isArray(header) ? header.join(",") : header)?.split(",").at(-1)?.trim();
    const address = last && parseAddress(last);
    if (address) return address;
  }
  return parseAddress(request.socket.remoteAddress ?? "") ?? UNKNOWN_ADDRESS;
}

function readIpv4(address: ipaddr.IPv4 | ipaddr.IPv6): ClientAddress {
  const text = address.toString();
  return { text, counted: text as CountedAddress, isLoopback: address.range() === "loopback" };
}

function readIpv6(address: ipaddr.IPv6): ClientAddress {
  const whole = new ipaddr.IPv6(address.parts);
  const network = ipaddr.IPv6.networkAddressFromCIDR(`${whole.toString()}/${IPV6_COUNTED_BITS}`);
  return {
    text: whole.toString(),
    counted: `${network.toString()}/${IPV6_COUNTED_BITS}` as CountedAddress,
    isLoopback: whole.range() === "loopback",
  };
}
