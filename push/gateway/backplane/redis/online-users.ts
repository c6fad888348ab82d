import type { LocalApp } from "../local-app";
import { type Place, placeKey, type StreamNames, userPlace } from "./cluster-keys";
import { holdCommand } from "./commands";
import type { RedisSession } from "./redis-session";

/** Who is signed in on any node, for those who watch whom come and go. */
export class OnlineUsers {
  private readonly watched = new Map<string, Place>();

  constructor(
    private readonly redis: RedisSession,
    private readonly streams: StreamNames,
    private readonly hubsByAppId: ReadonlyMap<string, LocalApp>,
  ) {}

  /** A user has signed in on this node, or has gone from it. Resolves when the others know or the session has ended. */
  async hold(appId: string, userId: string, isHere: boolean, previous = ""): Promise<void> {
    const place = userPlace(appId, userId);
    const command = holdCommand(this.redis, place, isHere ? 1 : 0, {
      stream: this.streams.of(place),
      previous,
    });
    await this.redis.call(command).catch(() => {});
  }

  /** Reads whether users are there, and tells the hub of it and of every change. Resolves when that is done. */
  async watch(appId: string, userIds: readonly string[]): Promise<void> {
    const places = userIds.map((userId) => userPlace(appId, userId));
    for (const place of places) this.watched.set(this.streams.of(place), place);
    try {
      await this.redis.listen(places.map((place) => this.streams.of(place)));
      await Promise.all(
        places.map(async (place) => {
          const reply = await this.redis.call(this.redis.script("readUser", [placeKey(place)], []));
          const [isThere, version] = reply as [number, string];
          this.tell(place, isThere === 1, Number(version));
        }),
      );
    } catch {
      // The session has ended; the next one reads again.
    }
  }

  unwatch(appId: string, userId: string): void {
    const stream = this.streams.of(userPlace(appId, userId));
    this.watched.delete(stream);
    this.redis.ignore(stream);
  }

  receive(stream: string, isThere: boolean, version: number): void {
    const place = this.watched.get(stream);
    if (place) this.tell(place, isThere, version);
  }

  private tell(place: Place, isThere: boolean, version: number): void {
    this.hubsByAppId.get(place.appId)?.users.setOnline(place.name, isThere, version);
  }
}
