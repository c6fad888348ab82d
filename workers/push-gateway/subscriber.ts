import type { ChannelMember } from "./presence";
import type { SocketConnection } from "./socket-connection";

/** One socket in one channel. */
export interface Subscriber {
  readonly connection: SocketConnection;
  /** The channel's count of joins up to and with this one: it gets what was published after that. */
  readonly joinNumber: number;
  /** Set on presence channels. */
  readonly member: ChannelMember | undefined;
}
