import type { Audiences } from "../channels/audiences";
import type { PresenceMembers } from "../channels/presence";
import type { UserDirectory } from "../channels/user-directory";
import type { GatewayLimits } from "../limits/limits";
import type { ChannelEvent, ChannelMember } from "../protocol/channel-events";
import type { ChannelName } from "../protocol/channel-name";
import type { Frame } from "../protocol/frames";
import type { EndedSessions } from "../protocol/session-claim";
import type { WebhookEvent } from "../webhooks/webhooks";
import type { ChannelSubscription } from "./channel-subscription";

/** What a backplane needs of an app on this node; `AppHub` is one. */
export interface LocalApp {
  readonly app: { readonly id: string };
  readonly limits: GatewayLimits;
  readonly audiences: Audiences;
  readonly users: UserDirectory;
  findChannel(name: string): LocalChannel | undefined;
  listLocalChannels(): LocalChannel[];
  /** The last event of a cache channel that this node knows of. */
  findLocalCachedEvent(channel: string): { data: string; ttlSeconds: number } | undefined;
  announcesCount(name: ChannelName): boolean;
  /** Gives an event to the subscribers on this node. */
  deliver(event: ChannelEvent): void;
  keepCached(channel: string, frame: Frame): void;
  dropCached(channel: string): void;
  closeUser(userId: string): void;
  closeSessions(ended: EndedSessions): void;
  recheckSessions(overMs: number): Promise<void>;
  notifyWebhooks(event: WebhookEvent): void;
}

/** What a backplane needs of a channel on this node; `Channel` is one. */
export interface LocalChannel {
  readonly name: ChannelName;
  readonly presence: PresenceMembers | undefined;
  readonly announcesCount: boolean;
  /** Sockets on this node, with those on the way in. */
  readonly subscriptionCount: number;
  /** Sockets that have been let in. */
  readonly subscriberCount: number;
  subscription: ChannelSubscription;
  publish(frame: Frame, options: { exceptSocketId?: string | undefined; isLowPriority?: boolean }): void;
  addMember(member: ChannelMember): boolean;
  removeMember(member: ChannelMember): boolean;
  sendCount(total: number, viewers: number | undefined): void;
}
