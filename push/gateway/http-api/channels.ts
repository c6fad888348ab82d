import type { AppHub } from "../channels/app-hub";
import { type ChannelName, parseChannelName } from "../protocol/channel-name";
import { HttpError } from "../protocol/http-error";
import { findQueryValue, type QueryPair } from "../protocol/http-signature";

type ChannelAttribute = "user_count" | "subscription_count" | "cache";

/**
 * The attributes of an `info` list. Throws HttpError 400 for one that is not on offer here. This text and those of the
 * other refusals are what the suites of the official libraries compare with.
 */
export function parseInfo(
  info: string | undefined,
  offered: readonly ChannelAttribute[],
): Set<ChannelAttribute> {
  const asked = (info ?? "").split(",").filter((attribute) => attribute !== "");
  const known = offered.filter((attribute) => asked.includes(attribute));
  const unknown = asked.find((attribute) => !offered.some((candidate) => candidate === attribute));
  if (unknown !== undefined) {
    throw new HttpError(400, `info should be a comma separated list of attributes: ${offered.join(", ")}`);
  }
  return new Set(known);
}

/** What is asked about one channel; `user_count` is left out where there are no users to count. */
export async function describeChannel(
  hub: AppHub,
  name: ChannelName,
  attributes: ReadonlySet<ChannelAttribute>,
  knownSubscriptionCount?: number,
): Promise<Record<string, unknown>> {
  const description: Record<string, unknown> = {};
  if (attributes.has("user_count") && name.kind === "presence") {
    description.user_count = (await hub.listUserIds(name.name)).length;
  }
  if (attributes.has("subscription_count")) {
    description.subscription_count = knownSubscriptionCount ?? (await hub.countSubscriptions(name.name));
  }
  if (attributes.has("cache")) {
    const cached = await hub.findCachedEvent(name.name);
    description.cache = cached ? { data: cached.data, ttl: cached.ttlSeconds } : null;
  }
  return description;
}

/** `GET /apps/{id}/channels?filter_by_prefix&info` */
export async function listChannels(hub: AppHub, query: QueryPair[]): Promise<object> {
  const prefix = findQueryValue(query, "filter_by_prefix") ?? "";
  const attributes = parseInfo(findQueryValue(query, "info"), ["user_count", "subscription_count"]);
  if (attributes.has("user_count") && !prefix.startsWith("presence-")) {
    throw new HttpError(
      400,
      // As the hosted service spells it.
      "user_count may only be requested for presence channels - please supply filter_by_prefix begining with presence-",
    );
  }
  const channels = await hub.listChannels(prefix);
  const described = await Promise.all(
    Array.from(
      channels,
      async ([name, count]) =>
        [name, await describeChannel(hub, getChannelName(name), attributes, count)] as const,
    ),
  );
  return { channels: Object.fromEntries(described) };
}

/** `GET /apps/{id}/viewers?filter_by_prefix`, an extension: the channels that somebody watches, everybody counted once. */
export async function listViewers(hub: AppHub, query: QueryPair[]): Promise<object> {
  const viewers = await hub.listViewers(findQueryValue(query, "filter_by_prefix") ?? "");
  return {
    channels: Object.fromEntries(Array.from(viewers, ([name, count]) => [name, { viewer_count: count }])),
  };
}

/** `GET /apps/{id}/channels/{name}?info` */
export async function readChannel(hub: AppHub, channel: string, query: QueryPair[]): Promise<object> {
  const name = getChannelName(channel);
  const attributes = parseInfo(findQueryValue(query, "info"), ["user_count", "subscription_count", "cache"]);
  if (attributes.has("user_count") && name.kind !== "presence") {
    throw new HttpError(400, "Cannot retrieve the user count unless the channel is a presence channel");
  }
  if (attributes.has("cache") && !name.isCache)
    throw new HttpError(400, "Cannot retrieve the cache unless the channel is a cache channel");
  const count = await hub.countSubscriptions(name.name);
  return { occupied: count > 0, ...(await describeChannel(hub, name, attributes, count)) };
}

/** `GET /apps/{id}/channels/{name}/users` */
export async function listUsers(hub: AppHub, channel: string): Promise<object> {
  const name = getChannelName(channel);
  if (name.kind !== "presence") throw new HttpError(400, "Users can only be retrieved for presence channels");
  const userIds = await hub.listUserIds(name.name);
  return { users: userIds.map((id) => ({ id })) };
}

export function getChannelName(channel: string): ChannelName {
  const name = parseChannelName(channel);
  if (!name) throw new HttpError(400, `channel: ${channel.slice(0, 200)} is not a channel name`);
  return name;
}
