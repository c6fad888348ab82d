import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { STORED_UUID, TRACE_ID } from "../contracts/ids";
import { isLike } from "./canonical-values";

const REASON_MAX = 500;
/** The name of the field in which the product queues. */
const FIELD = "g";

/** An entry of a queue, with all its fields where it is not one of ours. */
export interface GivenUpEntry {
  bucket: number;
  id: string;
  raw: string;
  fields?: readonly string[];
}

/** What is recorded of an entry that is given up. What it is about is read as far as it can be. */
export interface DeadLetterFacts {
  queue: "gifts" | "claims";
  bucket: number;
  entryId: string;
  /** To the letter: names and values in turn, as a JSON array. */
  fields: string;
  fieldsHash: string;
  reason: string;
  giftOrderId: string | null;
  userId: string | null;
  rainId: string | null;
  packetIndex: number | null;
  /** What the gift costs or the packet holds, as the entry says. */
  coins: number | null;
  traceId: string | null;
}

/** Pure: the same entry has the same facts, however often it is given up. Every text can be stored. */
export function describeDeadLetter(
  queue: DeadLetterFacts["queue"],
  entry: GivenUpEntry,
  reason: string,
): DeadLetterFacts {
  const fields = JSON.stringify(entry.fields ?? [FIELD, entry.raw]);
  const said = readObject(entry.raw);
  const uuid = (value: unknown) => (isLike(STORED_UUID, value) ? value : null);
  const isGift = queue === "gifts";
  return {
    queue,
    bucket: entry.bucket,
    entryId: entry.id,
    fields,
    fieldsHash: bytesToHex(sha256(utf8ToBytes(fields))),
    reason: reason.replaceAll("\0", "\\0").slice(0, REASON_MAX),
    giftOrderId: isGift ? uuid(said.giftOrderId) : null,
    userId: uuid(isGift ? said.senderId : said.userId),
    rainId: isGift ? null : uuid(said.rainId),
    packetIndex: isGift ? null : wholeNumber(said.packetIndex, 2 ** 31 - 1),
    coins: isGift ? totalOf(said) : wholeNumber(said.coins, Number.MAX_SAFE_INTEGER),
    traceId: isLike(TRACE_ID, said.traceId) ? said.traceId : null,
  };
}

/** What was queued, out of the fields as they were recorded; empty when there was nothing of the kind. */
export function queuedTextOf(fields: string): string {
  const list = JSON.parse(fields) as string[];
  return list[1] ?? "";
}

function totalOf({ priceCoins, count }: Record<string, unknown>): number | null {
  const [price, times] = [wholeNumber(priceCoins, Number.MAX_SAFE_INTEGER), wholeNumber(count, 2 ** 31 - 1)];
  return price === null || times === null ? null : wholeNumber(price * times, Number.MAX_SAFE_INTEGER);
}

function wholeNumber(value: unknown, max: number): number | null {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= max
    ? (value as number)
    : null;
}

function readObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
