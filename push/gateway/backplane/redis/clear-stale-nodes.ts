import { parseChannelName } from "../../protocol/channel-name";
import * as metrics from "../../push-metrics";
import { clearedKey, deadKey, heldKey, type Place, parsePlace, viewedKey } from "./cluster-keys";
import type { ClusterSession } from "./cluster-session";
import { changeMembersCommand, clearViewersCommand, holdCommand } from "./commands";
import type { StaleNode } from "./lease";
import { parseMember } from "./member-list";

const PLACES_AT_ONCE = 200;
/** In one step of Redis, which does nothing else meanwhile. */
const VIEWERS_AT_ONCE = 500;
const CLEARED_SECONDS = 3_600;

/**
 * Takes a holder that is gone out of every place it had. The scripts tell each change to one caller only, so webhooks
 * hear of it once even when two nodes come to clear away the same; with `isQuiet` they hear nothing, for a previous self
 * whose channels and members have been spoken for meanwhile. Rejects when the session ends; whoever takes over goes on.
 */
export async function clearStaleNode(
  session: ClusterSession,
  { partition, holder }: StaleNode,
  isQuiet: boolean,
): Promise<void> {
  const { redis } = session;
  const held = heldKey(partition, holder);
  const ids = await redis.call((commands) => commands.hkeys(held));
  const places = ids.flatMap((id) => parsePlace(id) ?? []);
  for (let start = 0; start < places.length; start += PLACES_AT_ONCE) {
    const batch = places.slice(start, start + PLACES_AT_ONCE);
    await Promise.all(batch.map((place) => leavePlace(session, place, holder, isQuiet)));
  }
  const viewed = await redis.call((commands) => commands.smembers(viewedKey(partition, holder)));
  for (const place of viewed.flatMap((id) => parsePlace(id) ?? []))
    await clearViewers(session, place, holder);
  // Should it only have been paused, it learns from this that its channels and members have been declared gone.
  if (!isQuiet) {
    await redis.call((commands) => commands.set(clearedKey(partition, holder), 1, "EX", CLEARED_SECONDS));
  }
  await redis.call((commands) => commands.del(held));
  await redis.call((commands) => commands.zrem(deadKey(partition), holder));
  metrics.clusterCleared.inc();
}

async function leavePlace(
  session: ClusterSession,
  place: Place,
  holder: string,
  isQuiet: boolean,
): Promise<void> {
  const { redis } = session;
  const stream = session.streams.of(place);
  const hub = session.hubsByAppId.get(place.appId);
  const name = place.kind === "channel" ? parseChannelName(place.name) : undefined;
  const [change, occupancy] = await Promise.all([
    name?.kind === "presence"
      ? redis.call(changeMembersCommand(redis, place, { stream, previous: holder }))
      : undefined,
    redis.call(holdCommand(redis, place, 0, { stream, holder })),
  ]);
  if (!hub || isQuiet) return;
  if (change && change !== "FULL") {
    for (const json of change[2]) {
      hub.notifyWebhooks({ name: "member_removed", channel: place.name, user_id: parseMember(json).userId });
    }
  }
  session.notifyOccupancy(hub, place, occupancy);
  if (name && hub.announcesCount(name)) session.announceCount(place);
}

async function clearViewers(session: ClusterSession, place: Place, holder: string): Promise<void> {
  const { redis } = session;
  const clear = clearViewersCommand(redis, place, { holder, max: VIEWERS_AT_ONCE });
  while ((await redis.call(clear)) > 0);
  session.announceCount(place);
}
