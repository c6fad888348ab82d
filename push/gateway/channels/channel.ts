import type { ChannelSubscription } from "../backplane/channel-subscription";
import type { GatewayLimits } from "../limits/limits";
import type { ChannelMember } from "../protocol/channel-events";
import type { ChannelName } from "../protocol/channel-name";
import { channelFrame, type Frame } from "../protocol/frames";
import * as metrics from "../push-metrics";
import type { WebhookEvent } from "../webhooks/webhooks";
import type { Audiences } from "./audiences";
import { type BroadcastResult, broadcast, type QueuedFrame } from "./broadcast";
import { PresenceMembers } from "./presence";
import { NOT_ADMITTED, type SocketConnection, type Subscriber } from "./socket-connection";
import { TickQueue } from "./tick-queue";

interface PublishOptions {
  exceptSocketId?: string | undefined;
  isLowPriority?: boolean;
}

/** What a channel needs of the app it belongs to. */
export interface ChannelHost {
  readonly limits: GatewayLimits;
  readonly audiences: Audiences;
  announcesCount(name: ChannelName): boolean;
  /** What a new subscriber of a cache channel gets first. */
  replayOf(name: ChannelName): Frame;
  notifyWebhooks(event: WebhookEvent): void;
  /** Nobody is left in the channel. */
  closeChannel(channel: Channel): void;
}

/** A channel that has subscribers on this node, or somebody on the way in. */
export class Channel {
  readonly presence: PresenceMembers | undefined;
  /** Given by the backplane as soon as the channel is there. */
  subscription!: ChannelSubscription;
  private readonly subscribers = new Set<Subscriber>();
  /** Sockets that wait to be let in. */
  private entering = 0;
  private readonly queue: TickQueue<QueuedFrame>;
  private joins = 0;
  /** Whether somebody here said whom they count as. */
  private countsViewers = false;
  private pendingBytes = 0;

  constructor(
    readonly name: ChannelName,
    private readonly host: ChannelHost,
  ) {
    this.presence = name.kind === "presence" ? new PresenceMembers() : undefined;
    this.queue = new TickQueue(host.limits.tickMs, (batch, done) => this.writeBatch(batch, done));
    metrics.channels.inc({ kind: name.kind });
  }

  get announcesCount(): boolean {
    return this.host.announcesCount(this.name);
  }

  /** Sockets on this node, with those on the way in. */
  get subscriptionCount(): number {
    return this.subscribers.size + this.entering;
  }

  /** Sockets that have been let in. */
  get subscriberCount(): number {
    return this.subscribers.size;
  }

  /** Lets a socket in: at once, or as soon as the other nodes know of it. */
  enter(
    connection: SocketConnection,
    member: ChannelMember | undefined,
    viewer: string | null | undefined,
  ): void {
    const subscriber: Subscriber = { connection, joinNumber: NOT_ADMITTED, member, viewer };
    connection.subscriptions.set(this.name.name, subscriber);
    this.entering += 1;
    if (viewer !== undefined) this.countsViewers = true;
    if (viewer) this.host.audiences.enter(this.name.name, viewer);
    const isNewHere = member !== undefined && this.presence?.hold(member) === true;
    this.subscription.enter(member, isNewHere, (isAllowed) => {
      if (isAllowed) this.admit(subscriber);
      else this.turnAway(subscriber);
    });
  }

  /**
   * Takes a socket out; `isLost` when it may soon be replaced. What was published before is written to it first, unless
   * a broadcast is under way.
   */
  leave(connection: SocketConnection, isLost: boolean): void {
    const subscriber = connection.subscriptions.get(this.name.name);
    if (!subscriber) return;
    connection.subscriptions.delete(this.name.name);
    if (subscriber.joinNumber === NOT_ADMITTED) {
      this.entering -= 1;
    } else {
      if (connection.isOpen) this.queue.flush();
      this.subscribers.delete(subscriber);
      metrics.subscriptions.dec({ kind: this.name.kind });
    }
    const { member, viewer } = subscriber;
    if (viewer) this.host.audiences.leave(this.name.name, viewer, isLost);
    if (member && this.presence?.release(member)) this.subscription.letGo(member);
    this.countChanged();
    if (this.subscriptionCount === 0) this.host.closeChannel(this);
  }

  /** To be called once, when nobody is left. */
  close(): void {
    metrics.channels.dec({ kind: this.name.kind });
    this.subscription.close();
  }

  /** False while the broadcast under way has let too much pile up behind it. */
  hasRoom(): boolean {
    const pendingBytes = this.pendingBytes + this.subscription.inFlightBytes;
    return pendingBytes < this.host.limits.channelPendingBytesMax;
  }

  /** Sends an event with the next tick. Half-way to the bound low-priority events are dropped, beyond it all. */
  publish(frame: Frame, options: PublishOptions = {}): void {
    const isLowPriority = options.isLowPriority ?? false;
    const pendingBytesMax = this.host.limits.channelPendingBytesMax;
    if (this.pendingBytes > (isLowPriority ? pendingBytesMax / 2 : pendingBytesMax)) {
      metrics.dropped.inc({ reason: isLowPriority ? "backlog_low_priority" : "backlog" });
      return;
    }
    this.queue.push(this.enqueue(frame, options.exceptSocketId, isLowPriority));
  }

  /** A user is there now, on whatever node. True when that is news. */
  addMember(member: ChannelMember): boolean {
    if (!this.presence?.add(member)) return false;
    this.send("pusher_internal:member_added", { user_id: member.userId, user_info: member.userInfo });
    return true;
  }

  /** A user is not there any more, on any node. True when that is news. */
  removeMember({ userId }: ChannelMember): boolean {
    if (!this.presence?.remove(userId)) return false;
    this.send("pusher_internal:member_removed", { user_id: userId });
    return true;
  }

  /** Tells the subscribers here how many there are on all nodes, and how many viewers that is where they are named. */
  sendCount(total: number, viewers: number | undefined): void {
    // Sockets alone would be taken for viewers.
    if (this.countsViewers && viewers === undefined) return;
    const counted = this.countsViewers ? { viewer_count: viewers } : {};
    this.send("pusher_internal:subscription_count", { subscription_count: total, ...counted });
  }

  /**
   * Adds a socket and tells it so, with what a cache channel keeps right behind; then it gets what is published from
   * now on. What waits for its tick is not for it, so nobody needs to flush.
   */
  private admit(subscriber: Subscriber): void {
    const { connection, member } = subscriber;
    if (connection.subscriptions.get(this.name.name) !== subscriber) return;
    this.entering -= 1;
    if (member && this.addMember(member)) {
      this.host.notifyWebhooks({ name: "member_added", channel: this.name.name, user_id: member.userId });
    }
    this.joins += 1;
    subscriber.joinNumber = this.joins;
    this.subscribers.add(subscriber);
    metrics.subscriptions.inc({ kind: this.name.kind });
    connection.write(
      channelFrame("pusher_internal:subscription_succeeded", this.name.name, this.presence?.snapshot() ?? {}),
    );
    if (this.name.isCache) connection.write(this.host.replayOf(this.name));
    this.subscription.admitted();
  }

  /** Another node let the last member in that there was room for. */
  private turnAway(subscriber: Subscriber): void {
    const { connection } = subscriber;
    if (connection.subscriptions.get(this.name.name) !== subscriber) return;
    this.leave(connection, false);
    const { presenceMembersMax } = this.host.limits;
    const error = `At most ${presenceMembersMax} members a presence channel`;
    const refusal = { type: "LimitReached", error, status: 403 };
    connection.write(channelFrame("pusher:subscription_error", this.name.name, refusal));
  }

  /** Sockets or viewers came or went. */
  countChanged(): void {
    this.subscription.countChanged();
  }

  /** Control messages do not wait for the tick; what waits already goes before them. */
  private send(event: string, data: object): void {
    this.queue.pushUrgent(this.enqueue(channelFrame(event, this.name.name, data), undefined, false));
  }

  private enqueue(frame: Frame, exceptSocketId: string | undefined, isLowPriority: boolean): QueuedFrame {
    this.pendingBytes += frame.length;
    return { frame, joinsBefore: this.joins, exceptSocketId, isLowPriority };
  }

  private writeBatch(batch: QueuedFrame[], done: () => void): void {
    const stopTimer = metrics.broadcastSeconds.startTimer();
    broadcast(batch, this.subscribers, (result) => {
      stopTimer();
      this.recordBroadcast(result);
      for (const { frame } of batch) this.pendingBytes -= frame.length;
      done();
    });
  }

  private recordBroadcast(result: BroadcastResult): void {
    const { kind } = this.name;
    metrics.writes.inc({ kind }, result.writes);
    metrics.bytesWritten.inc({ kind }, result.bytes);
    metrics.eventsDelivered.inc({ kind }, result.delivered);
    if (result.skipped > 0) metrics.dropped.inc({ reason: "lagging_reader" }, result.skipped);
  }
}
