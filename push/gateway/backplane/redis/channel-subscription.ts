import type { ChannelMember } from "../../protocol/channel-events";
import { frameBytes, frameText } from "../../protocol/frames";
import type { ChannelSubscription } from "../channel-subscription";
import type { LocalApp, LocalChannel } from "../local-app";
import { cachedKey, type Place } from "./cluster-keys";
import { holdCommand, type Occupancy } from "./commands";
import { MemberList } from "./member-list";
import type { Delivery, StreamMessage } from "./messages";
import type { RedisSession } from "./redis-session";

/** Who this node was in the session before, and where the others have declared that one gone. */
export interface PreviousHolder {
  holder: string;
  clearedPartitions: ReadonlySet<number>;
}

/** What a subscription needs of the session it belongs to. */
export interface SubscriptionHost {
  readonly redis: RedisSession;
  readonly previousHolders: readonly string[];
  /** Reports whom this node counts among the viewers. */
  reportAudiences(): void;
  notifyOccupancy(app: LocalApp, place: Place, occupancy: Occupancy): void;
  announceCount(place: Place): void;
  /** With the others of this turn of the event loop. */
  reportLater(subscription: RedisChannelSubscription): void;
  forget(subscription: RedisChannelSubscription): void;
}

/** Whether a socket may come in. */
type Admission = (isAllowed: boolean) => void;

interface Entering {
  member: ChannelMember | undefined;
  isNewHere: boolean;
  done: Admission;
}

interface SentEvent {
  text: string;
  delivery: Delivery;
}

/**
 * One channel of this node in the eyes of the others, for one session. It listens to the channel's stream and is counted
 * among its holders before the first socket is let in, so that a client misses nothing after its subscription has
 * succeeded. What comes on the stream is the channel's order of events on all nodes.
 */
export class RedisChannelSubscription implements ChannelSubscription {
  private state: "listening" | "registering" | "open" | "closed" = "listening";
  private readonly entering: Entering[] = [];
  /** Events that this node has sent and that have not come back on the stream yet. */
  private readonly inFlight = new Map<number, SentEvent>();
  private readonly members: MemberList | undefined;
  private cachedVersion = 0;
  /** Those let in when the subscription opened got this event as the kept one. */
  private replayedVersion = 0;
  private reportedCount = 0;
  private isReporting = false;
  inFlightBytes = 0;

  constructor(
    private readonly session: SubscriptionHost,
    readonly hub: LocalApp,
    readonly channel: LocalChannel,
    readonly place: Place,
    readonly stream: string,
  ) {
    if (channel.presence) this.members = new MemberList(session.redis, hub, channel, place, stream);
  }

  get isOpen(): boolean {
    return this.state === "open";
  }

  /** Never rejects: an end of the session is dealt with in `end`. */
  async open({ holder: previous, clearedPartitions }: PreviousHolder): Promise<void> {
    const { redis } = this.session;
    // That this node goes on where it was is no news to anybody, unless the others have declared it gone.
    const isNews = previous === "" || clearedPartitions.has(this.place.partition);
    try {
      await redis.listen([this.stream]);
      if (this.state !== "listening") return;
      this.state = "registering";
      this.reportedCount = this.channel.subscriptionCount;
      this.session.reportAudiences();
      const hold = holdCommand(redis, this.place, this.reportedCount, { previous, stream: this.stream });
      const [cached] = await Promise.all([
        this.channel.name.isCache
          ? redis.call((commands) => commands.hmget(cachedKey(this.place), "version", "text"))
          : undefined,
        redis.call(hold).then((counts) => {
          if (isNews) this.session.notifyOccupancy(this.hub, this.place, counts);
        }),
        this.members?.register(previous, isNews),
      ]);
      if (this.state !== "registering") return;
      if (cached) this.takeCached(cached);
    } catch (error) {
      redis.end(error instanceof Error ? error.message : String(error));
      return;
    }
    this.state = "open";
    if (this.channel.announcesCount) this.session.announceCount(this.place);
    if (this.reportedCount !== this.channel.subscriptionCount) this.countChanged();
    for (const { member, isNewHere, done } of this.entering.splice(0)) this.askIn(member, isNewHere, done);
  }

  enter(member: ChannelMember | undefined, isNewHere: boolean, done: Admission): void {
    this.countChanged();
    this.askIn(member, isNewHere, done);
  }

  /** All nodes count together. */
  admitted(): void {}

  private askIn(member: ChannelMember | undefined, isNewHere: boolean, done: Admission): void {
    if (this.state === "closed") return;
    if (this.state !== "open") this.entering.push({ member, isNewHere, done });
    else if (member && this.members) this.members.enter(member, isNewHere, done);
    else done(true);
  }

  /** The last socket of a user has left this node. */
  letGo(member: ChannelMember): void {
    if (this.state !== "listening") this.members?.letGo(member);
  }

  /** A socket came or went. Those of one turn of the event loop are reported together. */
  countChanged(): void {
    if (this.state === "open") this.session.reportLater(this);
  }

  /** Reports the count. False when a report is under way and this is not so urgent that it cannot wait for it. */
  reportCount(isUrgent: boolean): boolean {
    const count = this.channel.subscriptionCount;
    if (this.state !== "open" || count === this.reportedCount) return true;
    if (this.isReporting && !isUrgent) return false;
    this.reportedCount = count;
    this.isReporting = true;
    const { redis } = this.session;
    redis.ask(holdCommand(redis, this.place, count, { stream: this.stream }), () => {
      this.isReporting = false;
      if (this.channel.announcesCount) this.session.announceCount(this.place);
      if (this.reportedCount !== this.channel.subscriptionCount) this.countChanged();
    });
    return true;
  }

  /** Nobody is left in the channel on this node. */
  close(): void {
    const wasHeld = this.state !== "listening";
    this.state = "closed";
    const { redis } = this.session;
    redis.ignore(this.stream);
    this.members?.close();
    this.session.forget(this);
    if (!wasHeld) return;
    redis.ask(holdCommand(redis, this.place, 0, { stream: this.stream }), (counts) => {
      this.session.notifyOccupancy(this.hub, this.place, counts);
      if (counts[1] > 0 && this.channel.announcesCount) this.session.announceCount(this.place);
    });
  }

  /** The session has ended: what was sent and not seen yet is delivered here, and whoever waits is let in. */
  end(): void {
    this.state = "closed";
    for (const { text, delivery } of this.inFlight.values()) {
      this.hub.deliver({ name: this.channel.name, text, ...delivery });
    }
    this.inFlight.clear();
    for (const { done } of this.entering.splice(0)) done(true);
    this.members?.end();
  }

  /** An event is on its way to all nodes. This one waits for it to come back, and is in the order of all. */
  expect(text: string, delivery: Delivery): void {
    this.inFlight.set(delivery.sequence, { text, delivery });
    this.inFlightBytes += text.length;
  }

  receive(message: StreamMessage): void {
    switch (message.kind) {
      case "event":
        this.receiveEvent(message.delivery, message.version, message.body);
        break;
      case "member":
        this.members?.receive(message);
        break;
      case "count":
        this.channel.sendCount(message.total, message.viewers);
        break;
      default:
    }
  }

  private receiveEvent(delivery: Delivery, version: number | undefined, body: Buffer): void {
    const frame = frameBytes(body);
    if (version !== undefined && version > this.cachedVersion) {
      this.cachedVersion = version;
      this.hub.keepCached(this.channel.name.name, frame);
    }
    // An own event that nobody waits for was delivered when it was sent, or when the session it was sent in ended.
    const isOwn = delivery.holder === this.session.redis.holder;
    if (isOwn ? !this.settle(delivery.sequence) : this.session.previousHolders.includes(delivery.holder))
      return;
    if (version !== undefined && version <= this.replayedVersion) return;
    this.channel.publish(frame, delivery);
  }

  private settle(sequence: number): boolean {
    const sent = this.inFlight.get(sequence);
    if (!sent) return false;
    this.inFlight.delete(sequence);
    this.inFlightBytes -= sent.text.length;
    return true;
  }

  private takeCached([digits, text]: (string | null)[]): void {
    const version = Number(digits ?? 0);
    if (digits && text && version > this.cachedVersion) {
      this.cachedVersion = version;
      this.hub.keepCached(this.channel.name.name, frameText(text));
    } else if (this.cachedVersion === 0) {
      // What this node knows is older than the channel's last time here.
      this.hub.dropCached(this.channel.name.name);
    }
    if (this.channel.subscriberCount === 0) this.replayedVersion = this.cachedVersion;
  }
}
