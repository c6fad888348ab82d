import type { UserId } from "./protocol-frames";

export interface ChannelMember {
  userId: UserId;
  userInfo?: unknown;
}

/** The distinct users of a presence channel; a user with several sockets joins once and leaves with the last. */
export class PresenceMembers {
  private readonly byId = new Map<string, { member: ChannelMember; sockets: number }>();

  get count(): number {
    return this.byId.size;
  }

  has(userId: UserId): boolean {
    return this.byId.has(String(userId));
  }

  /** True when the user was not there yet. */
  join(member: ChannelMember): boolean {
    const key = String(member.userId);
    const present = this.byId.get(key);
    if (present) {
      present.sockets += 1;
      return false;
    }
    this.byId.set(key, { member, sockets: 1 });
    return true;
  }

  /** True when that was the user's last socket. */
  leave(member: ChannelMember): boolean {
    const key = String(member.userId);
    const present = this.byId.get(key);
    if (!present) return false;
    present.sockets -= 1;
    if (present.sockets > 0) return false;
    this.byId.delete(key);
    return true;
  }

  userIds(): UserId[] {
    return Array.from(this.byId.values(), ({ member }) => member.userId);
  }

  /** The shape `pusher_internal:subscription_succeeded` carries. */
  snapshot(): { presence: { count: number; ids: UserId[]; hash: Record<string, unknown> } } {
    const hash: Record<string, unknown> = Object.create(null);
    for (const [key, { member }] of this.byId) hash[key] = member.userInfo ?? {};
    return { presence: { count: this.count, ids: this.userIds(), hash } };
  }
}
