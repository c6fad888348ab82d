import { Throttle } from "../limits/throttle";
import type { ChannelEvent, ChannelMember } from "../protocol/channel-events";
import type { UserId } from "../protocol/frames";
import type { Backplane, VisitPage } from "./backplane";
import type { ChannelSubscription } from "./channel-subscription";
import type { LocalApp, LocalChannel } from "./local-app";

/** Joins nothing: this node is the only one, or the only one that can be reached. */
export class LocalBackplane implements Backplane {
  readonly degradedReason = undefined;
  readonly hasRoom = true;

  async start(): Promise<void> {}

  async close(): Promise<void> {}

  openChannel(app: LocalApp, channel: LocalChannel): void {
    channel.subscription = new LocalSubscription(app, channel);
    app.notifyWebhooks({ name: "channel_occupied", channel: channel.name.name });
  }

  async publish(app: LocalApp, event: ChannelEvent): Promise<void> {
    app.deliver(event);
  }

  async terminate(): Promise<void> {}

  async seeRequest(): Promise<undefined> {
    return undefined;
  }

  viewersChanged(): void {}

  userChanged(app: LocalApp, userId: string, isHere: boolean): void {
    app.users.setOnlineHere(userId, isHere);
  }

  watchUsers(): undefined {
    return undefined;
  }

  unwatchUser(): void {}

  async listChannels(app: LocalApp, prefix: string): Promise<Map<string, number>> {
    const channels = app.listLocalChannels().filter(({ name }) => name.name.startsWith(prefix));
    return new Map(channels.map(({ name, subscriptionCount }) => [name.name, subscriptionCount]));
  }

  async listViewers({ audiences }: LocalApp, prefix: string): Promise<Map<string, number>> {
    const channels = audiences.channels().filter((channel) => channel.startsWith(prefix));
    return new Map(channels.map((channel) => [channel, audiences.count(channel)]));
  }

  async listViewerNames(app: LocalApp, channel: string): Promise<string[]> {
    return [...app.audiences.viewersOf(channel)];
  }

  async countSubscriptions(app: LocalApp, channel: string): Promise<number> {
    return app.findChannel(channel)?.subscriptionCount ?? 0;
  }

  async listUserIds(app: LocalApp, channel: string): Promise<UserId[]> {
    const members = app.findChannel(channel)?.presence?.list() ?? [];
    return members.map(({ userId }) => userId);
  }

  async findCachedEvent(app: LocalApp, channel: string) {
    return app.findLocalCachedEvent(channel);
  }

  /** They would be missed while another node takes them over. */
  async takeVisits(): Promise<VisitPage | undefined> {
    return undefined;
  }
}

/** A channel of which this node speaks for itself. */
export class LocalSubscription implements ChannelSubscription {
  readonly inFlightBytes = 0;
  private readonly countAnnouncement: Throttle | undefined;

  constructor(
    private readonly app: LocalApp,
    private readonly channel: LocalChannel,
  ) {
    if (!channel.announcesCount) return;
    this.countAnnouncement = new Throttle(app.limits.subscriptionCountMs, () => this.announceCount());
  }

  enter(_member: ChannelMember | undefined, _isNewHere: boolean, done: (isAllowed: boolean) => void): void {
    done(true);
  }

  admitted(): void {
    this.countAnnouncement?.request();
  }

  letGo(member: ChannelMember): void {
    if (!this.channel.removeMember(member)) return;
    this.app.notifyWebhooks({
      name: "member_removed",
      channel: this.channel.name.name,
      user_id: member.userId,
    });
  }

  countChanged(): void {
    if (this.channel.subscriberCount > 0) this.countAnnouncement?.request();
  }

  close(): void {
    this.countAnnouncement?.stop();
    this.app.notifyWebhooks({ name: "channel_vacated", channel: this.channel.name.name });
  }

  private announceCount(): void {
    // The nodes may count it together by now.
    if (this.channel.subscription !== this) return;
    const { name } = this.channel.name;
    const count = this.channel.subscriberCount;
    this.channel.sendCount(count, this.app.audiences.count(name));
    this.app.notifyWebhooks({ name: "subscription_count", channel: name, subscription_count: count });
  }
}
