import { setTimeout as delay } from "node:timers/promises";
import { gauge } from "@/platform/observability/metrics";
import type { BucketLeases } from "@/server/queue/bucket-leases";
import type { Resources } from "@/server/services/context";
import { TopAnnouncements } from "@/server/services/room/announce-tops";
import { countNewSupporters } from "@/server/services/room/count-supporters";
import { discountNewRefunds } from "@/server/services/room/discount-refunds";

const ROUND_MS = 500;
/** After a round it rests this many times as long as the round took: debits come first on the same database. */
const REST_FACTOR = 4;
const FAILURE_PAUSE_MS = 2_000;

const roundSeconds = gauge("downpour_supporters_round_seconds", "How long the last round of counting took");

/**
 * Counts, beside the debits and after them, who gave how much in which room. A bucket's holder counts it; the more
 * there is to count, the more gifts one round sums up.
 */
export class SupporterCounting {
  readonly #stopped = new AbortController();
  readonly #announcements: TopAnnouncements;

  constructor(
    private readonly resources: Resources,
    private readonly leases: Pick<BucketLeases, "held">,
  ) {
    this.#announcements = new TopAnnouncements(resources);
  }

  /** Runs until `stop`; resolves when the round under way has ended. */
  async run(): Promise<void> {
    while (!this.#stopped.signal.aborted) {
      const restMs = await this.#round().catch((error: unknown) => {
        this.resources.log.warn({ reason: String(error) }, "counting supporters failed; will repeat");
        return FAILURE_PAUSE_MS;
      });
      await delay(restMs, undefined, { signal: this.#stopped.signal }).catch(() => {});
    }
  }

  stop(): void {
    this.#stopped.abort();
  }

  async #round(): Promise<number> {
    const startedMs = performance.now();
    const { roomIds, more } = await countNewSupporters(this.resources, [...this.leases.held.keys()]);
    const tookMs = performance.now() - startedMs;
    roundSeconds.set(tookMs / 1_000);
    this.#announcements.add(roomIds);
    this.#announcements.add(await discountNewRefunds(this.resources));
    await this.#announcements.tell();
    return more ? tookMs * REST_FACTOR : Math.max(ROUND_MS, tookMs * REST_FACTOR);
  }
}
