import type { ChannelMember } from "../protocol/channel-events";
import type { UserId } from "../protocol/frames";

/**
 * The distinct users of a presence channel. Which of them have sockets on this node is counted here; who is a member,
 * on whatever node, is told from outside.
 */
export class PresenceMembers {
  private readonly members = new Map<string, ChannelMember>();
  private readonly held = new Map<string, { member: ChannelMember; sockets: number; isIn: boolean }>();

  get count(): number {
    return this.members.size;
  }

  has(userId: UserId): boolean {
    return this.members.has(String(userId));
  }

  /** Another socket of this user is on this node. True when it is the first. */
  hold(member: ChannelMember): boolean {
    const key = String(member.userId);
    const here = this.held.get(key);
    if (here) {
      here.sockets += 1;
      return false;
    }
    this.held.set(key, { member, sockets: 1, isIn: false });
    return true;
  }

  /** One of the user's sockets left this node. True when it was the last. */
  release(member: ChannelMember): boolean {
    const key = String(member.userId);
    const here = this.held.get(key);
    if (!here) return false;
    here.sockets -= 1;
    if (here.sockets > 0) return false;
    this.held.delete(key);
    return true;
  }

  holds(userId: UserId): boolean {
    return this.held.has(String(userId));
  }

  /** The members that this node stands for, also if the other nodes should have given them up. */
  heldMembers(): ChannelMember[] {
    return [...this.held.values()].filter(({ isIn }) => isIn).map(({ member }) => member);
  }

  /** True when the user was not there yet. */
  add(member: ChannelMember): boolean {
    const key = String(member.userId);
    const here = this.held.get(key);
    if (here) here.isIn = true;
    if (this.members.has(key)) return false;
    this.members.set(key, member);
    return true;
  }

  /** True when the user was there. */
  remove(userId: UserId): boolean {
    return this.members.delete(String(userId));
  }

  list(): ChannelMember[] {
    return [...this.members.values()];
  }

  /** The shape `pusher_internal:subscription_succeeded` carries. */
  snapshot(): { presence: { count: number; ids: UserId[]; hash: Record<string, unknown> } } {
    const hash: Record<string, unknown> = Object.create(null);
    for (const [key, { userInfo }] of this.members) hash[key] = userInfo ?? {};
    const ids = Array.from(this.members.values(), ({ userId }) => userId);
    return { presence: { count: this.count, ids, hash } };
  }
}
