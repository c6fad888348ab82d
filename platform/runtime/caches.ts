import { LRUCache } from "lru-cache";
import { counter } from "../observability/metrics";

const lookups = counter(
  "downpour_cache_lookups_total",
  "Questions to a cache of a process, by their outcome",
  ["cache", "outcome"],
);

interface CacheFacts<V> {
  /** As the metrics name it. */
  name: string;
  /** Entries at most, or what `sizeOf` of all of them may add up to. The least recently used goes first. */
  max: number;
  /** How long an entry is believed; without it until it is dropped or pushed out. */
  ttlMs?: number;
  /** What makes an entry go before its time. */
  droppedBy: string;
  sizeOf?: (value: V) => number;
}

/** A bounded cache that counts how often it had the answer. */
export class Cache<V extends object | number | boolean> extends LRUCache<string, V> {
  readonly #hits;
  readonly #misses;

  constructor({ name, max, ttlMs, sizeOf }: CacheFacts<V>) {
    super({ ...(sizeOf ? { maxSize: max, sizeCalculation: sizeOf } : { max }), ttl: ttlMs });
    // Looked up once, since some caches are asked on the hottest paths.
    this.#hits = lookups.labels(name, "hit");
    this.#misses = lookups.labels(name, "miss");
  }

  override get(key: string): V | undefined {
    const value = super.get(key);
    if (value === undefined) this.#misses.inc();
    else this.#hits.inc();
    return value;
  }
}

/** Something that a process holds for a resource, made when it is first asked for. */
export interface Held<T> {
  readonly open: () => T;
}

export const defineCache = <V extends object | number | boolean>(facts: CacheFacts<V>): Held<Cache<V>> => ({
  open: () => new Cache(facts),
});

/** For what is no cache of entries: work under way, clients, a state that is looked at. Its maker bounds it. */
export const defineHeld = <T>(open: () => T): Held<T> => ({ open });

/**
 * What a process knows of a database, of Redis or of its push service without asking. A resource carries it, so it ends with
 * the resource, and two resources in one process share nothing.
 */
export class Caches {
  readonly #opened = new Map<Held<unknown>, unknown>();

  of<T>(held: Held<T>): T {
    const known = this.#opened.get(held);
    if (known !== undefined) return known as T;
    const opened = held.open();
    this.#opened.set(held, opened);
    return opened;
  }
}
