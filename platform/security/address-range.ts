import ipaddr from "ipaddr.js";
import { parseAddress } from "./client-address";

/** Larger networks than these are whole continents: a slip of the keyboard, and no attack. */
const PREFIX_BITS_MIN = { ipv4: 8, ipv6: 16 } as const;
/** Whoever has one IPv6 address has all of its /64. */
const IPV6_NETWORK_BITS = 64;

type Family = "ipv4" | "ipv6";

export interface AddressRange {
  readonly family: Family;
  /** The first address, canonical. */
  readonly network: string;
  readonly prefixBits: number;
  /** As PostgreSQL and nginx write it: `203.0.113.0/24`. */
  readonly text: string;
}

export type RangeRefusal = "not-a-range" | "too-wide" | "address-inside";

/**
 * Reads an address, or a network as `address/bits`. One address is a range of itself, an IPv6 one its /64. A network whose
 * address is not its first is refused: one of the two parts is a slip.
 */
export function parseAddressRange(text: string): AddressRange | RangeRefusal {
  const [addressText = "", bitsText, ...more] = text.split("/");
  const address = parseAddress(addressText);
  if (!address || addressText.includes("%") || more.length > 0) return "not-a-range";
  const family: Family = address.text.includes(":") ? "ipv6" : "ipv4";
  // An IPv4 address in the clothes of IPv6 would have bits of two kinds.
  if (bitsText !== undefined && family === "ipv4" && addressText.includes(":")) return "not-a-range";
  if (bitsText === undefined) {
    return family === "ipv4"
      ? rangeOf(family, address.text, 32)
      : rangeOf(family, address.text, IPV6_NETWORK_BITS);
  }
  const prefixBits = /^\d{1,3}$/.test(bitsText) ? Number(bitsText) : Number.NaN;
  if (!(prefixBits <= (family === "ipv4" ? 32 : 128))) return "not-a-range";
  if (prefixBits < PREFIX_BITS_MIN[family]) return "too-wide";
  const range = rangeOf(family, address.text, prefixBits);
  return range.network === address.text ? range : "address-inside";
}

function rangeOf(family: Family, address: string, prefixBits: number): AddressRange {
  const cidr = `${address}/${prefixBits}`;
  const network = (
    family === "ipv4" ? ipaddr.IPv4.networkAddressFromCIDR(cidr) : ipaddr.IPv6.networkAddressFromCIDR(cidr)
  ).toString();
  return { family, network, prefixBits, text: `${network}/${prefixBits}` };
}
