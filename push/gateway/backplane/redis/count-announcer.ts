import type { LocalApp } from "../local-app";
import { type Place, type StreamNames, toldKey, totalsKey, viewerTotalsKey } from "./cluster-keys";
import type { RedisSession } from "./redis-session";

type Answer = ["told", number] | ["wait", number] | ["same"];

/** Tells channels how many are subscribed on all nodes, and how many viewers that is, so that of all nodes one does, at most once an interval. */
export class CountAnnouncer {
  private readonly waiting = new Map<string, NodeJS.Timeout>();
  private hasStopped = false;

  constructor(
    private readonly redis: RedisSession,
    private readonly streams: StreamNames,
    private readonly intervalMs: number,
    private readonly hubsByAppId: ReadonlyMap<string, LocalApp>,
  ) {}

  /** The count of a channel has changed. */
  request(place: Place): void {
    if (this.hasStopped || this.waiting.has(place.id)) return;
    this.redis.ask(
      this.redis.script(
        "announceCount",
        [
          totalsKey(place.partition, place.appId),
          toldKey(place),
          viewerTotalsKey(place.partition, place.appId),
        ],
        [place.name, this.streams.of(place), this.intervalMs],
      ),
      (answer) => this.take(place, answer as Answer),
    );
  }

  stop(): void {
    this.hasStopped = true;
    for (const timer of this.waiting.values()) clearTimeout(timer);
    this.waiting.clear();
  }

  private take(place: Place, [outcome, value]: Answer): void {
    if (outcome === "told" && value !== undefined) {
      const hub = this.hubsByAppId.get(place.appId);
      hub?.notifyWebhooks({ name: "subscription_count", channel: place.name, subscription_count: value });
    }
    if (outcome === "wait" && value !== undefined && !this.hasStopped && !this.waiting.has(place.id)) {
      const timer = setTimeout(() => {
        this.waiting.delete(place.id);
        this.request(place);
      }, value);
      timer.unref();
      this.waiting.set(place.id, timer);
    }
  }
}
