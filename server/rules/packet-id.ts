import { hexToBytes } from "@noble/hashes/utils.js";
import { v5 } from "uuid";

/**
 * The id under which a packet of a rain stands in the ledger: uuid v5 of the packet's number in the namespace of the
 * rain's id, which may be any 16 bytes. Whoever credits the packet, and however often, means the same id.
 */
export function packetTradeId(rainId: string, packetIndex: number): string {
  return v5(String(packetIndex), hexToBytes(rainId.replaceAll("-", "")));
}
