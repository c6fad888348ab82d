import type { UserId } from "../../protocol/frames";
import { readData } from "../../protocol/frames";
import type { VisitPage } from "../backplane";
import {
  ALL_PARTITIONS,
  cachedKey,
  channelPlace,
  membersKey,
  totalsKey,
  viewersKey,
  viewerTotalsKey,
  visitsKey,
} from "./cluster-keys";
import { parseMember } from "./member-list";
import type { RedisSession } from "./redis-session";

type RawPage = [
  visits: [id: string, fields: [channel: string, json: string]][],
  totals: string[] | null,
  isWhole: number,
];
/** An empty list of Lua is an object. */
type RawVisit = { came?: string[] | object; left?: string[] | object };

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

  /** The visits after one, which is forgotten together with all before it. */
  async takeVisits(
    appId: string,
    partition: number,
    page: { after: string; max: number },
  ): Promise<VisitPage> {
    this.reportOwn();
    const keys = [visitsKey(partition, appId), viewerTotalsKey(partition, appId)];
    const take = this.redis.script("takeVisits", keys, [page.after, page.max]);
    const [visits, totals, isWhole] = (await this.redis.call(take)) as RawPage;
    return {
      visits: visits.map(([id, [channel, json]]) => {
        const { came, left } = JSON.parse(json) as RawVisit;
        return { id, channel, came: listOf(came), left: listOf(left) };
      }),
      viewers: totals ? new Map(pairsOf(totals).map(([name, count]) => [name, Number(count)])) : undefined,
      isWhole: isWhole === 1,
    };
  }

  /** Whom a channel has as viewers. */
  async listViewerNames(appId: string, channel: string): Promise<string[]> {
    this.reportOwn();
    const key = viewersKey(channelPlace(appId, channel));
    return await this.redis.call((commands) => commands.hkeys(key));
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

const listOf = (names: string[] | object | undefined): string[] => (Array.isArray(names) ? names : []);

function pairsOf(flat: readonly string[]): [string, string][] {
  return Array.from({ length: flat.length / 2 }, (_, at) => [flat[2 * at] ?? "", flat[2 * at + 1] ?? ""]);
}
