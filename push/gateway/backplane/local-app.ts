import type { Audiences } from "../channels/audiences";
import type { ChannelMember, PresenceMembers } from "../channels/presence";
import type { UserDirectory } from "../channels/user-directory";
import type { GatewayLimits } from "../limits/limits";
import type { ChannelEvent } from "../protocol/channel-events";
import type { ChannelName } from "../protocol/channel-name";
import type { Frame } from "../protocol/frames";
import type { EndedSessions } from "../protocol/session-claim";
import type { WebhookEvent } from "../webhooks/webhooks";
import type { Delivery } from "./redis/messages";

/** What the cluster needs of an app on this node; `AppHub` is one. */
export interface LocalApp {
  readonly app: { readonly id: string };
  readonly limits: GatewayLimits;
  readonly audiences: Audiences;
  readonly users: UserDirectory;
  findChannel(name: string): LocalChannel | undefined;
  channelsWithoutSeat(): LocalChannel[];
  announcesCount(name: ChannelName): boolean;
  /** Gives an event to the subscribers on this node. */
  deliver(event: ChannelEvent): void;
  keepCached(channel: string, frame: Frame): void;
  dropCached(channel: string): void;
  closeUser(userId: string): void;
  closeSessions(ended: EndedSessions): void;
  recheckSessions(overMs: number): Promise<void>;
  tellWebhooks(event: WebhookEvent): void;
}

/** What the cluster needs of a channel on this node; `Channel` is one. */
export interface LocalChannel {
  readonly name: ChannelName;
  readonly presence: PresenceMembers | undefined;
  readonly announcesCount: boolean;
  readonly subscriptionCount: number;
  readonly hasSubscribers: boolean;
  seat: ChannelInCluster | undefined;
  publish(frame: Frame, options: { exceptSocketId?: string | undefined; isLowPriority?: boolean }): void;
  addMember(member: ChannelMember): boolean;
  removeMember(member: ChannelMember): boolean;
  tellCount(total: number, viewers: number | undefined): void;
}

/** What a channel needs of the cluster; `ChannelSeat` is one. */
export interface ChannelInCluster {
  readonly isOpen: boolean;
  /** Bytes of events that were sent and have not come back yet. */
  readonly inFlightBytes: number;
  /** Calls back at once when nothing needs to be asked. */
  enter(member: ChannelMember | undefined, isNewHere: boolean, done: (isAllowed: boolean) => void): void;
  /** The last socket of a user has left this node. */
  letGo(member: ChannelMember): void;
  /** A socket came or went. */
  countChanged(): void;
  /** An event is on its way to all nodes and will come back. */
  expect(text: string, delivery: Delivery): void;
  /** Nobody is left in the channel on this node. */
  close(): void;
}
