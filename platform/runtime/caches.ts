import { LRUCache } from "lru-cache";
import { counter } from "../observability/metrics";

/** An entry may be believed longer by so much. */
const CLOCK_READ_MS = 20;

interface Lookups {
  hit: number;
  miss: number;
}
/** Since the metric was read last, by the cache's name: a counter with labels would cost more than some of the caches save. */
const lookups = new Map<string, Lookups>();
counter(
  "downpour_cache_lookups_total",
  "Questions to a cache of a process, by their outcome",
  ["cache", "outcome"],
  function collect() {
    for (const [cache, since] of lookups) {
      for (const outcome of ["hit", "miss"] as const) {
        this.inc({ cache, outcome }, since[outcome]);
        since[outcome] = 0;
      }
    }
  },
);

function openLookups(name: string): Lookups {
  const known = lookups.get(name) ?? { hit: 0, miss: 0 };
  lookups.set(name, known);
  return known;
}

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
  readonly #lookups: Lookups;

  constructor({ name, max, ttlMs, sizeOf }: CacheFacts<V>) {
    // How old entries are is looked at on a clock that is read this often: reading it for each question costs as much as the answer.
    const ttlResolution = CLOCK_READ_MS;
    super({ ...(sizeOf ? { maxSize: max, sizeCalculation: sizeOf } : { max }), ttl: ttlMs, ttlResolution });
    this.#lookups = openLookups(name);
  }

  override get(key: string): V | undefined {
    const value = super.get(key);
    if (value === undefined) this.#lookups.miss += 1;
    else this.#lookups.hit += 1;
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
