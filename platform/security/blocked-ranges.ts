import { BlockList } from "node:net";
import { type AddressRange, parseAddressRange } from "./address-range";
import type { ClientAddress } from "./client-address";

export interface BlockedRange {
  /** As `parseAddressRange` writes it. */
  range: string;
  /** How long it still holds from now; null until somebody lifts it. */
  leftMs: number | null;
}

interface Entry {
  range: AddressRange;
  /** By `performance.now()`. */
  untilMs: number;
}

/**
 * The addresses that this process turns away. An empty list costs a comparison, a known address a look into a map; ranges
 * end by themselves, also while nobody can be asked.
 */
export class BlockedRanges {
  #entries: readonly Entry[] = [];
  #list = new BlockList();
  #judged = new WeakMap<ClientAddress, boolean>();
  #nextEndMs = Number.POSITIVE_INFINITY;

  get isEmpty(): boolean {
    return this.#entries.length === 0;
  }

  /** What holds from now on, in place of all before. True when other ranges hold than did. */
  hold(ranges: readonly BlockedRange[], nowMs = performance.now()): boolean {
    const entries = ranges.flatMap(({ range: text, leftMs }) => {
      const untilMs = leftMs === null ? Number.POSITIVE_INFINITY : nowMs + leftMs;
      const range = parseAddressRange(text);
      return untilMs > nowMs && typeof range === "object" ? [{ range, untilMs }] : [];
    });
    const isOther = textOf(entries) !== textOf(this.#entries);
    this.#keep(entries);
    if (isOther) this.#index();
    return isOther;
  }

  /** Whether whoever comes from there is turned away. */
  has(address: ClientAddress, nowMs = performance.now()): boolean {
    if (this.#entries.length === 0) return false;
    if (nowMs >= this.#nextEndMs) this.#forgetEnded(nowMs);
    const known = this.#judged.get(address);
    if (known !== undefined) return known;
    const { text } = address;
    const isBlocked = this.#list.check(text, text.includes(":") ? "ipv6" : "ipv4");
    this.#judged.set(address, isBlocked);
    return isBlocked;
  }

  #forgetEnded(nowMs: number): void {
    this.#keep(this.#entries.filter(({ untilMs }) => untilMs > nowMs));
    this.#index();
  }

  #keep(entries: readonly Entry[]): void {
    this.#entries = entries;
    this.#nextEndMs = Math.min(Number.POSITIVE_INFINITY, ...entries.map(({ untilMs }) => untilMs));
  }

  #index(): void {
    this.#list = new BlockList();
    this.#judged = new WeakMap();
    for (const { range } of this.#entries)
      this.#list.addSubnet(range.network, range.prefixBits, range.family);
  }
}

const textOf = (entries: readonly Entry[]) => entries.map(({ range }) => range.text).join(" ");
