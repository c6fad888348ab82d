import type { ChannelName } from "./channel-name";
import type { UserId } from "./frames";

/** An event as a publisher, or a client, hands it in. */
export interface PublishedEvent {
  channel: ChannelName;
  name: string;
  /** Reaches the clients to the letter. */
  data: string;
  exceptSocketId?: string | undefined;
  /** Who sent a client event on a presence channel. */
  userId?: UserId | undefined;
}

/** A user of a presence channel. */
export interface ChannelMember {
  userId: UserId;
  userInfo?: unknown;
}

/** An event as it goes to the subscribers of a channel. */
export interface ChannelEvent {
  name: ChannelName;
  text: string;
  exceptSocketId: string | undefined;
  isLowPriority: boolean;
}
