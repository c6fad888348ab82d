import type { GatewayLimits } from "../../limits/limits";
import type { ChannelEvent } from "../../protocol/channel-events";
import { CLOCK_SKEW_SECONDS_MAX } from "../../protocol/http-signature";
import type { SignedRequest } from "../../protocol/seen-requests";
import * as metrics from "../../push-metrics";
import type { LocalApp, LocalChannel } from "../local-app";
import { LocalSubscription } from "../local-backplane";
import { AudienceReports } from "./audience-reports";
import { type PreviousHolder, RedisChannelSubscription, type SubscriptionHost } from "./channel-subscription";
import { cachedKey, channelPlace, type Place, type StreamNames, seenKey } from "./cluster-keys";
import { ClusterReader } from "./cluster-reader";
import type { Occupancy } from "./commands";
import { CountAnnouncer } from "./count-announcer";
import { type Delivery, formatDelivery, formatEvent, parseMessage } from "./messages";
import { OnlineUsers } from "./online-users";
import type { RedisSession } from "./redis-session";
import { Terminations } from "./terminations";

const NOBODY: PreviousHolder = { holder: "", clearedPartitions: new Set() };

/** Everything this node shares with the others, from connecting to Redis until that breaks off. */
export class ClusterSession implements SubscriptionHost {
  readonly reader: ClusterReader;
  readonly users: OnlineUsers;
  readonly terminations: Terminations;
  readonly audiences: AudienceReports;
  private readonly subscriptions = new Map<string, RedisChannelSubscription>();
  private readonly unreported = new Set<RedisChannelSubscription>();
  private readonly counts: CountAnnouncer;
  private isReportDue = false;
  private lastSequence = 0;

  constructor(
    readonly redis: RedisSession,
    readonly streams: StreamNames,
    readonly hubsByAppId: ReadonlyMap<string, LocalApp>,
    readonly limits: GatewayLimits,
    /** Who this node was in earlier sessions. */
    readonly previousHolders: readonly string[],
  ) {
    this.reader = new ClusterReader(redis, () => this.reportUrgently());
    this.users = new OnlineUsers(redis, streams, hubsByAppId);
    this.terminations = new Terminations(redis, streams, hubsByAppId);
    this.counts = new CountAnnouncer(redis, streams, limits.subscriptionCountMs, hubsByAppId);
    this.audiences = new AudienceReports(
      redis,
      () => this.reportSoon(),
      (place) => this.counts.request(place),
    );
    redis.onMessage = (stream, message) => this.receive(stream, message);
  }

  /** False while Redis takes less than is published. */
  get hasRoom(): boolean {
    return this.redis.hasRoom;
  }

  /** Makes this node one of those that serve a channel. Resolves when it is, or when the session has ended. */
  openSubscription(hub: LocalApp, channel: LocalChannel, previous: PreviousHolder = NOBODY): Promise<void> {
    const place = channelPlace(hub.app.id, channel.name.name);
    const subscription = new RedisChannelSubscription(this, hub, channel, place, this.streams.of(place));
    this.subscriptions.set(subscription.stream, subscription);
    channel.subscription = subscription;
    return subscription.open(previous);
  }

  /** Whether this node is, or is about to be, one of those that serve the channel. */
  serves(channel: LocalChannel): boolean {
    return channel.subscription instanceof RedisChannelSubscription;
  }

  forget(subscription: RedisChannelSubscription): void {
    // The channel may have been opened again since.
    if (this.subscriptions.get(subscription.stream) === subscription)
      this.subscriptions.delete(subscription.stream);
    this.unreported.delete(subscription);
  }

  /** Sends an event to every node that serves its channel. Resolves when Redis has it, or when the session has ended. */
  publish(hub: LocalApp, event: ChannelEvent, channel: LocalChannel | undefined): Promise<void> {
    const { name, text, exceptSocketId, isLowPriority } = event;
    this.lastSequence += 1;
    const { holder } = this.redis;
    const delivery: Delivery = { holder, sequence: this.lastSequence, exceptSocketId, isLowPriority };
    const place = channelPlace(hub.app.id, name.name);
    const stream = this.streams.of(place);
    const subscription = channel?.subscription;
    if (subscription instanceof RedisChannelSubscription && subscription.isOpen)
      subscription.expect(text, delivery);
    // What is sent before the subscription is open may not come back.
    else if (channel) hub.deliver(event);
    metrics.clusterSent.inc();
    const args = [this.limits.cacheTtlMs, stream, formatDelivery(delivery), text];
    const sending = name.isCache
      ? this.redis.call(this.redis.script("publishCached", [cachedKey(place)], args))
      : this.redis.call((commands) => commands.spublish(stream, formatEvent(delivery, text)));
    return sending.then(
      () => {},
      () => metrics.clusterUnshared.inc(),
    );
  }

  /** How long ago any node got this request first; undefined when it is new, or when the session ends before it is known. */
  async seeRequest(appId: string, request: SignedRequest): Promise<number | undefined> {
    const worthlessAt = request.signedAtSeconds + CLOCK_SKEW_SECONDS_MAX + 1;
    const see = this.redis.script("seeRequest", [seenKey(appId, request)], [request.id, worthlessAt]);
    const agoMs = await this.redis.call(see).then(Number, () => -1);
    return agoMs < 0 ? undefined : agoMs;
  }

  reportAudiences(): void {
    this.audiences.send(true);
  }

  notifyOccupancy(hub: LocalApp, { kind, name }: Place, [before, after]: Occupancy): void {
    if (kind !== "channel") return;
    if (before === 0 && after > 0) hub.notifyWebhooks({ name: "channel_occupied", channel: name });
    if (before > 0 && after === 0) hub.notifyWebhooks({ name: "channel_vacated", channel: name });
  }

  announceCount(place: Place): void {
    this.counts.request(place);
  }

  /** With the others of this turn of the event loop. */
  reportLater(subscription: RedisChannelSubscription): void {
    this.unreported.add(subscription);
    this.reportSoon();
  }

  private reportSoon(): void {
    if (this.isReportDue) return;
    this.isReportDue = true;
    setImmediate(() => {
      this.isReportDue = false;
      this.report(false);
    });
  }

  /** What is asked after this is answered with the counts as they are now. */
  reportUrgently(): void {
    this.report(true);
  }

  /** The session has ended: every channel speaks for itself again. */
  end(): void {
    this.counts.stop();
    const subscriptions = [...this.subscriptions.values()];
    this.subscriptions.clear();
    this.unreported.clear();
    for (const { hub, channel } of subscriptions) channel.subscription = new LocalSubscription(hub, channel);
    for (const subscription of subscriptions) subscription.end();
  }

  private report(isUrgent: boolean): void {
    // First, so that whoever hears of a new socket hears of its viewer as well.
    this.audiences.send(isUrgent);
    for (const subscription of this.unreported) {
      if (subscription.reportCount(isUrgent)) this.unreported.delete(subscription);
    }
  }

  private receive(stream: string, bytes: Buffer): void {
    const message = parseMessage(bytes);
    if (!message) return;
    metrics.clusterReceived.inc({ kind: message.kind });
    if (message.kind === "note") this.terminations.receive(message.id, message.body.toString());
    else if (message.kind === "user") this.users.receive(stream, message.isThere, message.version);
    else this.subscriptions.get(stream)?.receive(message);
  }
}
