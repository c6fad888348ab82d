import { LRUCache } from "lru-cache";
import type { Log } from "@/server/observability/log";
import type { App } from "./apps";
import { Channel } from "./channel";
import type { ChannelName } from "./channel-name";
import { Code } from "./close-codes";
import type { GatewayLimits } from "./limits";
import type { ChannelMember } from "./presence";
import { channelFrame, eventFrame, type Frame } from "./protocol-frames";
import * as metrics from "./push-metrics";
import type { SocketConnection } from "./socket-connection";
import { UserDirectory } from "./user-directory";
import { type WebhookEvent, WebhookQueue } from "./webhooks";

export interface PublishedEvent {
  channel: ChannelName;
  name: string;
  /** Reaches the clients to the letter. */
  data: string;
  exceptSocketId?: string | undefined;
}

/** Everything one app has on this node: its sockets, channels, users and cached events. */
export class AppHub {
  readonly connections = new Set<SocketConnection>();
  readonly users = new UserDirectory();
  private readonly channels = new Map<string, Channel>();
  private readonly cachedEvents: LRUCache<string, { frame: Frame; data: string }>;
  private readonly lowPriorityEvents: ReadonlySet<string>;
  private readonly webhooks: WebhookQueue[];

  constructor(
    readonly app: App,
    readonly limits: GatewayLimits,
    log: Log,
  ) {
    this.webhooks = app.webhooks.map((target) => new WebhookQueue(app, target, limits, log));
    this.lowPriorityEvents = new Set(limits.lowPriorityEvents);
    this.cachedEvents = new LRUCache({
      maxSize: limits.cachedBytesMax,
      sizeCalculation: ({ frame, data }) => frame.length + data.length,
      ttl: limits.cacheTtlMs,
    });
  }

  addConnection(connection: SocketConnection): void {
    this.connections.add(connection);
    metrics.connections.inc({ app: this.app.id });
  }

  /** The socket is gone: it leaves its channels and its users. */
  removeConnection(connection: SocketConnection): void {
    if (!this.connections.delete(connection)) return;
    metrics.connections.dec({ app: this.app.id });
    for (const channel of connection.subscriptions.keys()) this.unsubscribe(connection, channel);
    this.users.remove(connection);
  }

  findChannel(name: string): Channel | undefined {
    return this.channels.get(name);
  }

  /** The channels with subscribers whose name begins so. */
  listChannels(prefix: string): Channel[] {
    return [...this.channels.values()].filter((channel) => channel.name.name.startsWith(prefix));
  }

  subscribe(connection: SocketConnection, name: ChannelName, member: ChannelMember | undefined): void {
    let channel = this.channels.get(name.name);
    if (!channel) {
      channel = new Channel(name, this.limits, this.app.subscriptionCounts, (event) =>
        this.tellWebhooks(event),
      );
      this.channels.set(name.name, channel);
      this.tellWebhooks({ name: "channel_occupied", channel: name.name });
    }
    channel.join(connection, member, name.isCache ? this.replayOf(name) : undefined);
  }

  unsubscribe(connection: SocketConnection, name: string): void {
    const channel = this.channels.get(name);
    if (!channel) return;
    channel.leave(connection);
    if (channel.subscriptionCount > 0) return;
    this.channels.delete(name);
    this.tellWebhooks({ name: "channel_vacated", channel: name });
  }

  /** False while some of these channels are too far behind to take an event; then none of them should be sent. */
  hasRoom(channels: ChannelName[]): boolean {
    return channels.every(({ name }) => this.channels.get(name)?.hasRoom() ?? true);
  }

  publish(event: PublishedEvent): void {
    const { channel: name, data, exceptSocketId } = event;
    metrics.eventsPublished.inc({ kind: name.kind });
    const channel = this.channels.get(name.name);
    if (!channel && !name.isCache) return;
    const frame = eventFrame(event.name, name.name, data);
    if (name.isCache) this.cachedEvents.set(name.name, { frame, data });
    channel?.publish(frame, { exceptSocketId, isLowPriority: this.lowPriorityEvents.has(event.name) });
  }

  /** The last event of a cache channel and how long it is kept. */
  findCachedEvent(name: string): { data: string; ttlSeconds: number } | undefined {
    const cached = this.cachedEvents.get(name);
    if (!cached) return undefined;
    return { data: cached.data, ttlSeconds: Math.ceil(this.cachedEvents.getRemainingTTL(name) / 1000) };
  }

  private replayOf(name: ChannelName): Frame {
    const cached = this.cachedEvents.get(name.name);
    if (cached) return cached.frame;
    this.tellWebhooks({ name: "cache_miss", channel: name.name });
    return channelFrame("pusher:cache_miss", name.name, {});
  }

  /** Cuts off a user who must not be here any more. Returns how many sockets were closed. */
  terminateUser(userId: string): number {
    const sockets = this.users.socketsOf(userId);
    for (const connection of sockets) {
      connection.refuse(Code.unauthorised, "You got disconnected by the app.");
      this.removeConnection(connection);
    }
    return sockets.length;
  }

  tellWebhooks(event: WebhookEvent): void {
    for (const webhook of this.webhooks) webhook.push(event);
  }

  /** Sends the webhook events that wait. */
  async close(): Promise<void> {
    await Promise.all(this.webhooks.map((webhook) => webhook.close()));
  }
}
