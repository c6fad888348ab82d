import type { UserId } from "../protocol-frames";
import { readData } from "../protocol-frames";
import {
  ALL_PARTITIONS,
  cachedKey,
  channelPlace,
  membersKey,
  totalsKey,
  viewerTotalsKey,
} from "./cluster-keys";
import { parseMember } from "./member-list";
import type { RedisSession } from "./redis-session";

/** How many names one step of a scan looks at. */
const SCAN_STEP = 1_000;

/** What all nodes together know of an app's channels. Every method rejects when the session ends. */
export class ClusterReader {
  constructor(
    private readonly redis: RedisSession,
    /** What is asked after this takes this node's own channels in as they are now. */
    private readonly reportOwn: () => void,
  ) {}

  /** The occupied channels whose name begins so, with their subscriptions. */
  listChannels(appId: string, prefix: string): Promise<Map<string, number>> {
    return this.listTotals((partition) => totalsKey(partition, appId), prefix);
  }

  /** The channels that somebody watches, whose name begins so, with their viewers. */
  listViewers(appId: string, prefix: string): Promise<Map<string, number>> {
    return this.listTotals((partition) => viewerTotalsKey(partition, appId), prefix);
  }

  async countSubscriptions(appId: string, channel: string): Promise<number> {
    this.reportOwn();
    const { partition } = channelPlace(appId, channel);
    return Number(await this.redis.call((commands) => commands.hget(totalsKey(partition, appId), channel)));
  }

  async listUserIds(appId: string, channel: string): Promise<UserId[]> {
    const key = membersKey(channelPlace(appId, channel));
    const fields = await this.redis.call((commands) => commands.hgetall(key));
    return Object.entries(fields)
      .filter(([field]) => field.startsWith("u:"))
      .map(([, json]) => parseMember(json).userId);
  }

  /** The last event of a cache channel and how long it is kept. */
  async findCachedEvent(
    appId: string,
    channel: string,
  ): Promise<{ data: string; ttlSeconds: number } | undefined> {
    const key = cachedKey(channelPlace(appId, channel));
    const [text, ttlMs] = await Promise.all([
      this.redis.call((commands) => commands.hget(key, "text")),
      this.redis.call((commands) => commands.pttl(key)),
    ]);
    return text === null || ttlMs < 0
      ? undefined
      : { data: readData(text), ttlSeconds: Math.ceil(ttlMs / 1000) };
  }

  private async listTotals(
    keyOf: (partition: number) => string,
    prefix: string,
  ): Promise<Map<string, number>> {
    this.reportOwn();
    const pattern = `${prefix.replaceAll(/[*?[\]\\]/g, "\\$&")}*`;
    const counts = new Map<string, number>();
    await Promise.all(
      ALL_PARTITIONS.map(async (partition) => {
        let cursor = "0";
        do {
          const at = cursor;
          const [next, fields] = await this.redis.call((commands) =>
            commands.hscan(keyOf(partition), at, "MATCH", pattern, "COUNT", SCAN_STEP),
          );
          for (let index = 0; index < fields.length; index += 2) {
            counts.set(fields[index] as string, Number(fields[index + 1]));
          }
          cursor = next;
        } while (cursor !== "0");
      }),
    );
    return counts;
  }
}
