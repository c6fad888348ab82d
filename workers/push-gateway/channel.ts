import { type BroadcastResult, broadcast, type QueuedFrame } from "./broadcast";
import type { ChannelName } from "./channel-name";
import type { GatewayLimits } from "./limits";
import { type ChannelMember, PresenceMembers } from "./presence";
import { channelFrame, type Frame } from "./protocol-frames";
import * as metrics from "./push-metrics";
import type { SocketConnection, Subscriber } from "./socket-connection";
import { Throttle } from "./throttle";
import { TickQueue } from "./tick-queue";
import type { WebhookEvent } from "./webhooks";

interface PublishOptions {
  exceptSocketId?: string | undefined;
  isLowPriority?: boolean;
}

/** A channel that has subscribers on this node. */
export class Channel {
  readonly presence: PresenceMembers | undefined;
  private readonly subscribers = new Set<Subscriber>();
  private readonly queue: TickQueue<QueuedFrame>;
  private readonly countAnnouncement: Throttle | undefined;
  private joins = 0;
  private pendingBytes = 0;

  constructor(
    readonly name: ChannelName,
    private readonly limits: GatewayLimits,
    announcesCount: boolean,
    private readonly tellWebhooks: (event: WebhookEvent) => void,
  ) {
    this.presence = name.kind === "presence" ? new PresenceMembers() : undefined;
    this.queue = new TickQueue(limits.tickMs, (batch, done) => this.writeBatch(batch, done));
    if (announcesCount && name.kind !== "presence" && name.kind !== "user") {
      this.countAnnouncement = new Throttle(limits.subscriptionCountMs, () => this.announceCount());
    }
    metrics.channels.inc({ kind: name.kind });
  }

  get subscriptionCount(): number {
    return this.subscribers.size;
  }

  /**
   * Adds a socket and tells it so, with `replay` right behind; then it gets what is published from now on. What waits
   * for its tick is not for it, so nobody needs to flush.
   */
  join(connection: SocketConnection, member: ChannelMember | undefined, replay: Frame | undefined): void {
    if (this.presence && member && this.presence.join(member)) {
      this.send("pusher_internal:member_added", { user_id: member.userId, user_info: member.userInfo });
      this.tellWebhooks({ name: "member_added", channel: this.name.name, user_id: member.userId });
    }
    this.joins += 1;
    const subscriber = { connection, joinNumber: this.joins, member };
    this.subscribers.add(subscriber);
    connection.subscriptions.set(this.name.name, subscriber);
    metrics.subscriptions.inc({ kind: this.name.kind });
    connection.write(
      channelFrame("pusher_internal:subscription_succeeded", this.name.name, this.presence?.snapshot() ?? {}),
    );
    if (replay) connection.write(replay);
    this.countAnnouncement?.request();
  }

  /** Removes a socket. What was published before is written to it first, unless a broadcast is under way. */
  leave(connection: SocketConnection): void {
    const subscriber = connection.subscriptions.get(this.name.name);
    if (!subscriber) return;
    if (connection.isOpen) this.queue.flush();
    connection.subscriptions.delete(this.name.name);
    this.subscribers.delete(subscriber);
    metrics.subscriptions.dec({ kind: this.name.kind });
    if (this.presence && subscriber.member && this.presence.leave(subscriber.member)) {
      const { userId } = subscriber.member;
      this.send("pusher_internal:member_removed", { user_id: userId });
      this.tellWebhooks({ name: "member_removed", channel: this.name.name, user_id: userId });
    }
    if (this.subscribers.size === 0) {
      this.countAnnouncement?.stop();
      metrics.channels.dec({ kind: this.name.kind });
    } else {
      this.countAnnouncement?.request();
    }
  }

  /** False while the broadcast under way has let too much pile up behind it. */
  hasRoom(): boolean {
    return this.pendingBytes < this.limits.channelPendingBytesMax;
  }

  /** Sends an event with the next tick. Half-way to the bound, low-priority events are dropped. */
  publish(frame: Frame, options: PublishOptions = {}): void {
    const isLowPriority = options.isLowPriority ?? false;
    if (isLowPriority && this.pendingBytes > this.limits.channelPendingBytesMax / 2) {
      metrics.dropped.inc({ reason: "backlog_low_priority" });
      return;
    }
    this.queue.push(this.enqueue(frame, options.exceptSocketId, isLowPriority));
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

  private announceCount(): void {
    const count = { subscription_count: this.subscribers.size };
    this.send("pusher_internal:subscription_count", count);
    this.tellWebhooks({ name: "subscription_count", channel: this.name.name, ...count });
  }
}
