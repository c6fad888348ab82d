import { z } from "zod";
import type { AppHub } from "../channels/app-hub";
import {
  CHANNELS_PER_EVENT_MAX,
  EVENT_NAME_LENGTH_MAX,
  EVENTS_AT_ONCE_MAX,
  EVENTS_PER_BATCH_MAX,
} from "../limits/limits";
import type { PublishedEvent } from "../protocol/channel-events";
import type { ChannelName } from "../protocol/channel-name";
import { parseBody } from "../protocol/http-body";
import { HttpError } from "../protocol/http-error";
import * as metrics from "../push-metrics";
import { describeChannel, getChannelName, parseInfo } from "./channels";

const SocketId = z.string().regex(/^\d+\.\d+$/, "is not a socket id");

const EventBody = z.object({
  name: z.string().min(1).max(EVENT_NAME_LENGTH_MAX),
  data: z.string(),
  channel: z.string().optional(),
  channels: z.array(z.string()).max(CHANNELS_PER_EVENT_MAX).optional(),
  socket_id: SocketId.nullish(),
  info: z.string().nullish(),
});
type EventBody = z.infer<typeof EventBody>;

const BatchBody = z.object({ batch: z.array(EventBody) });

/** `POST /apps/{id}/events`: one event to up to 100 channels. */
export async function publishEvent(hub: AppHub, body: Buffer): Promise<object> {
  const event = parseBody(EventBody, body);
  const events = toPublishedEvents(hub, event);
  const describe = prepareInfo(event.info);
  await publishAll(hub, events);
  if (!describe) return {};
  const described = events.map(async ({ channel }) => [channel.name, await describe(hub, channel)] as const);
  return { channels: Object.fromEntries(await Promise.all(described)) };
}

/**
 * `POST /apps/{id}/many_events`, an extension: up to a hundred events, each as two lines, `channel name` and the data as it is.
 * All are checked before the first is sent.
 */
export async function publishMany(hub: AppHub, body: Buffer): Promise<object> {
  const lines = body.toString("utf8").split("\n");
  // The last line ends as all do.
  if (lines.pop() !== "" || lines.length % 2 !== 0) throw new HttpError(400, "Each event is two lines");
  if (lines.length / 2 > EVENTS_AT_ONCE_MAX) {
    throw new HttpError(400, `Too many at once (${lines.length / 2} > ${EVENTS_AT_ONCE_MAX})`);
  }
  const events: PublishedEvent[] = [];
  for (let i = 0; i < lines.length; i += 2) {
    const [, channel, name] = /^(\S+) (.+)$/.exec(lines[i] ?? "") ?? [];
    if (channel === undefined || name === undefined || name.length > EVENT_NAME_LENGTH_MAX) {
      throw new HttpError(400, "An event begins with its channel and its name");
    }
    events.push(...toPublishedEvents(hub, { channel, name, data: lines[i + 1] ?? "" }));
  }
  await publishAll(hub, events);
  return {};
}

/** `POST /apps/{id}/batch_events`: up to ten events; all are checked before the first is sent. */
export async function publishBatch(hub: AppHub, body: Buffer): Promise<object> {
  const { batch } = parseBody(BatchBody, body);
  if (batch.length > EVENTS_PER_BATCH_MAX) {
    throw new HttpError(400, `Batch too large (${batch.length} > ${EVENTS_PER_BATCH_MAX})`);
  }
  const checked = batch.map((event) => {
    if (event.channel === undefined) throw new HttpError(400, "Missing required parameter: channel");
    const events = toPublishedEvents(hub, { ...event, channels: undefined });
    return { events, describe: prepareInfo(event.info) };
  });
  await publishAll(
    hub,
    checked.flatMap(({ events }) => events),
  );
  if (checked.every(({ describe }) => !describe)) return {};
  const described = checked.map(async ({ events, describe }) =>
    describe && events[0] ? describe(hub, events[0].channel) : {},
  );
  return { batch: await Promise.all(described) };
}

function toPublishedEvents(hub: AppHub, event: EventBody): PublishedEvent[] {
  if (event.name.startsWith("pusher:") || event.name.startsWith("pusher_internal:")) {
    throw new HttpError(400, "name: belongs to the protocol");
  }
  if (Buffer.byteLength(event.data) > hub.limits.eventDataBytesMax) {
    const { eventDataBytesMax } = hub.limits;
    throw new HttpError(
      413,
      `The data content of this event exceeds the allowed maximum (${eventDataBytesMax} bytes)`,
    );
  }
  const names = new Set(event.channels ?? []);
  if (event.channel !== undefined) names.add(event.channel);
  if (names.size === 0) throw new HttpError(400, "Missing required parameter: channel");
  return Array.from(names, (name) => ({
    channel: getChannelName(name),
    name: event.name,
    data: event.data,
    exceptSocketId: event.socket_id ?? undefined,
  }));
}

/** Checks what is asked about the channels before anything is sent. */
function prepareInfo(info: string | null | undefined) {
  const attributes = parseInfo(info ?? undefined, ["user_count", "subscription_count"]);
  if (attributes.size === 0) return undefined;
  return (hub: AppHub, channel: ChannelName) => describeChannel(hub, channel, attributes);
}

/** Resolves when the events are on their way, so that what the caller sends next, to whatever node, comes after them. */
async function publishAll(hub: AppHub, events: PublishedEvent[]): Promise<void> {
  if (!hub.hasRoom(events.map(({ channel }) => channel))) {
    metrics.dropped.inc({ reason: "backlog" }, events.length);
    throw new HttpError(503, "A channel is too far behind; try again later");
  }
  if (!hub.takeTurns(events.length)) {
    metrics.dropped.inc({ reason: "app_rate" }, events.length);
    throw new HttpError(429, "This app publishes more events a second than it may");
  }
  await Promise.all(events.map((event) => hub.publish(event)));
}
