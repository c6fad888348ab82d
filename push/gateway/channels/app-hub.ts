import type { Log } from "@/platform/observability/log";
import type { App } from "../apps";
import type { Backplane, VisitPage } from "../backplane/backplane";
import type { GatewayLimits } from "../limits/limits";
import { TokenBucket } from "../limits/token-bucket";
import type { ChannelEvent, PublishedEvent } from "../protocol/channel-events";
import type { ChannelName } from "../protocol/channel-name";
import { Code } from "../protocol/close-codes";
import { channelFrame, eventText, type Frame, frameText, type UserId } from "../protocol/frames";
import { isReplay, SeenRequests, type SignedRequest } from "../protocol/seen-requests";
import type { EndedSessions } from "../protocol/session-claim";
import * as metrics from "../push-metrics";
import { type WebhookEvent, WebhookQueue } from "../webhooks/webhooks";
import { Audiences } from "./audiences";
import { CachedEvents } from "./cached-events";
import { Channel, type ChannelHost } from "./channel";
import { sendAll } from "./drain";
import type { SocketConnection, Subscriber } from "./socket-connection";
import { UserDirectory } from "./user-directory";

/** Everything one app has on this node: its sockets, channels, users, viewers and cached events. */
export class AppHub implements ChannelHost {
  readonly connections = new Set<SocketConnection>();
  readonly users: UserDirectory;
  readonly audiences: Audiences;
  private readonly channels = new Map<string, Channel>();
  private readonly cached: CachedEvents;
  private readonly lowPriorityEvents: ReadonlySet<string>;
  private readonly seen = new SeenRequests();
  private readonly webhooks: WebhookQueue[];
  private readonly publishing: TokenBucket | undefined;

  constructor(
    readonly app: App,
    readonly limits: GatewayLimits,
    private readonly backplane: Backplane,
    log: Log,
  ) {
    this.users = new UserDirectory({
      changed: (userId, isHere) => backplane.userChanged(this, userId, isHere),
      watch: (userIds) => backplane.watchUsers(this, userIds),
      unwatch: (userId) => backplane.unwatchUser(this, userId),
    });
    this.audiences = new Audiences(limits.viewerLingerMs, {
      changed: (channel, viewer) => backplane.viewersChanged(this, channel, viewer),
      gone: (channel) => this.channels.get(channel)?.countChanged(),
    });
    this.webhooks = app.webhooks.map((target) => new WebhookQueue(app, target, limits, log));
    this.lowPriorityEvents = new Set(limits.lowPriorityEvents);
    const perSecond = app.maxEventsPerSecond;
    if (perSecond !== undefined) this.publishing = new TokenBucket(perSecond, perSecond);
    this.cached = new CachedEvents(limits);
  }

  addConnection(connection: SocketConnection): void {
    this.connections.add(connection);
    metrics.connections.inc({ app: this.app.id });
  }

  /** The socket is gone: it leaves its channels and its users; `isLost` unless whoever had it is not to come back. */
  removeConnection(connection: SocketConnection, isLost = true): void {
    if (!this.connections.delete(connection)) return;
    metrics.connections.dec({ app: this.app.id });
    for (const channel of connection.subscriptions.keys()) {
      this.channels.get(channel)?.leave(connection, isLost);
    }
    this.users.remove(connection);
  }

  /** The channel as far as this node serves it. */
  findChannel(name: string): Channel | undefined {
    return this.channels.get(name);
  }

  listLocalChannels(): Channel[] {
    return [...this.channels.values()];
  }

  subscribe(
    connection: SocketConnection,
    name: ChannelName,
    { member, viewer }: Pick<Subscriber, "member" | "viewer">,
  ): void {
    (this.channels.get(name.name) ?? this.openChannel(name)).enter(connection, member, viewer);
  }

  unsubscribe(connection: SocketConnection, name: string): void {
    this.channels.get(name)?.leave(connection, false);
  }

  private openChannel(name: ChannelName): Channel {
    const channel = new Channel(name, this);
    this.channels.set(name.name, channel);
    this.backplane.openChannel(this, channel);
    return channel;
  }

  closeChannel(channel: Channel): void {
    this.channels.delete(channel.name.name);
    channel.close();
  }

  /** Whether a channel tells its subscribers how many they are. */
  announcesCount({ kind }: ChannelName): boolean {
    return this.app.subscriptionCounts && kind !== "presence" && kind !== "user";
  }

  /** False when that many more events at this moment would be more than the app may publish; else they count. */
  takeTurns(events: number): boolean {
    return this.publishing?.take(performance.now(), events) ?? true;
  }

  /** False while some of these channels are too far behind to take an event; then none of them should be sent. */
  hasRoom(channels: ChannelName[]): boolean {
    if (!this.backplane.hasRoom) return false;
    return channels.every(({ name }) => this.channels.get(name)?.hasRoom() ?? true);
  }

  /** Sends an event to the subscribers on all nodes. Resolves when it is on its way; never rejects. */
  async publish(published: PublishedEvent): Promise<void> {
    const { channel: name, data, exceptSocketId, userId } = published;
    metrics.eventsPublished.inc({ kind: name.kind });
    const text = eventText(published.name, name.name, data, userId);
    const isLowPriority = this.lowPriorityEvents.has(published.name);
    const event = { name, text, exceptSocketId, isLowPriority };
    await this.backplane.publish(this, event, this.channels.get(name.name));
  }

  /** Gives an event to the subscribers on this node. */
  deliver({ name, text, ...options }: ChannelEvent): void {
    const channel = this.channels.get(name.name);
    if (!channel && !name.isCache) return;
    const frame = frameText(text);
    if (name.isCache) this.keepCached(name.name, frame);
    channel?.publish(frame, options);
  }

  keepCached(channel: string, frame: Frame): void {
    this.cached.keep(channel, frame);
  }

  dropCached(channel: string): void {
    this.cached.drop(channel);
  }

  replayOf(name: ChannelName): Frame {
    const cached = this.cached.frameOf(name.name);
    if (cached) return cached;
    this.notifyWebhooks({ name: "cache_miss", channel: name.name });
    return channelFrame("pusher:cache_miss", name.name, {});
  }

  findLocalCachedEvent(name: string): { data: string; ttlSeconds: number } | undefined {
    return this.cached.find(name);
  }

  /** The last event of a cache channel and how long it is kept. */
  findCachedEvent(name: string): Promise<{ data: string; ttlSeconds: number } | undefined> {
    return this.backplane.findCachedEvent(this, name);
  }

  /** The channels with subscribers whose name begins so, and how many they have. */
  listChannels(prefix: string): Promise<Map<string, number>> {
    return this.backplane.listChannels(this, prefix);
  }

  /** The channels that somebody watches, whose name begins so, and how many do; everybody once. */
  listViewers(prefix: string): Promise<Map<string, number>> {
    return this.backplane.listViewers(this, prefix);
  }

  /** Visits of one partition after one that is done with; undefined where none are kept. */
  takeVisits(partition: number, page: { after: string; max: number }): Promise<VisitPage | undefined> {
    return this.backplane.takeVisits(this, partition, page);
  }

  /** Whom a channel has as viewers. */
  listViewerNames(name: string): Promise<string[]> {
    return this.backplane.listViewerNames(this, name);
  }

  countSubscriptions(channel: string): Promise<number> {
    return this.backplane.countSubscriptions(this, channel);
  }

  /** The distinct users of a presence channel. */
  listUserIds(channel: string): Promise<UserId[]> {
    return this.backplane.listUserIds(this, channel);
  }

  /** Whether this request has come before, to whatever node, and is not to be carried out again. */
  async isReplay(request: SignedRequest): Promise<boolean> {
    if (isReplay(request, this.seen.note(request, Date.now()))) return true;
    return isReplay(request, await this.backplane.seeRequest(this.app.id, request));
  }

  /** Cuts off a user who must not be here any more, on every node. */
  async terminateUser(userId: string): Promise<void> {
    this.closeUser(userId);
    await this.backplane.terminate(this.app.id, { terminateUserId: userId });
  }

  /**
   * False for a socket that was there when this user was cut off: what was signed for it may be from before. The client
   * is sent back for another socket, and for what the app signs now.
   */
  acceptsUser(connection: SocketConnection, userId: string): boolean {
    if (!this.users.wasCutOffSince(userId, connection.openedAtMs)) return true;
    connection.close(Code.reconnectNow, "This user was cut off; reconnect");
    return false;
  }

  /** Closes the user's connections to this node. */
  closeUser(userId: string): void {
    this.users.markCutOff(userId, performance.now());
    for (const connection of this.users.socketsOf(userId)) {
      connection.refuse(Code.unauthorised, "You got disconnected by the app.");
      this.removeConnection(connection, false);
    }
  }

  /** Ends what sessions and users have on every node; they may come back with what the app signs for them now. */
  async endSessions(ended: EndedSessions): Promise<void> {
    this.closeSessions(ended);
    const { sessionIds, userIds } = ended;
    await this.backplane.terminate(this.app.id, { sessionIds: [...sessionIds], userIds: [...userIds] });
  }

  closeSessions({ sessionIds, userIds }: EndedSessions): void {
    for (const sessionId of sessionIds) {
      for (const connection of this.users.endSession(sessionId)) this.sendAway(connection);
    }
    for (const userId of userIds) {
      this.users.markCutOff(userId, performance.now());
      for (const connection of this.users.socketsOf(userId)) this.sendAway(connection);
    }
  }

  /** Sessions may have ended without a word: all that stand for one have to show anew that they are let in. */
  async recheckSessions(overMs: number): Promise<void> {
    await sendAll(this.users.socketsOfSessions(), overMs, (connection) => this.sendAway(connection));
  }

  /** At once, and for a client that comes back at once: whether it is let in then is for the app to say. */
  private sendAway(connection: SocketConnection): void {
    connection.close(Code.reconnectNow, "This session has ended; reconnect");
    this.removeConnection(connection);
  }

  notifyWebhooks(event: WebhookEvent): void {
    for (const webhook of this.webhooks) webhook.push(event);
  }

  /** Sends the webhook events that wait. */
  async close(): Promise<void> {
    await Promise.all(this.webhooks.map((webhook) => webhook.close()));
  }
}
