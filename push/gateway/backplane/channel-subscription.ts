import type { ChannelMember } from "../protocol/channel-events";

/** One channel of this node, as far as the nodes have it together: this node's subscription to what is published there. */
export interface ChannelSubscription {
  /** Bytes of events that were sent and have not come back yet. */
  readonly inFlightBytes: number;
  /** A socket wants in. Calls back at once when nothing needs to be asked. */
  enter(member: ChannelMember | undefined, isNewHere: boolean, done: (isAllowed: boolean) => void): void;
  /** A socket was let in. */
  admitted(): void;
  /** The last socket of a user has left this node. */
  letGo(member: ChannelMember): void;
  /** Sockets or viewers came or went. */
  countChanged(): void;
  /** Nobody is left in the channel on this node. */
  close(): void;
}
