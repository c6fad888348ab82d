import { parseExactJson } from "@/domain/rules/exact-json";
import type { ChannelMember } from "../../protocol/channel-events";
import type { LocalApp, LocalChannel } from "../local-app";
import { membersKey, type Place } from "./cluster-keys";
import { changeMembersCommand } from "./commands";
import type { StreamMessage } from "./messages";
import type { RedisSession } from "./redis-session";

interface Joining {
  /** Questions to Redis that are not answered yet. */
  asked: number;
  waiting: ((isAllowed: boolean) => void)[];
}

/**
 * Keeps the members of a presence channel on this node equal to those of all nodes: read once, then changed by what
 * comes on the stream. Changes are numbered, so that one that was missed is noticed and the list read again.
 */
export class MemberList {
  /** The number of the last change that is in the list; undefined until it has been read. */
  private version: number | undefined;
  /** The highest number heard of while the list was being read. */
  private newestVersion = 0;
  private readonly joining = new Map<string, Joining>();
  private catchingUp: { version: number; act: () => void }[] = [];
  private recheck: NodeJS.Timeout | undefined;
  private hasEnded = false;

  constructor(
    private readonly redis: RedisSession,
    private readonly hub: LocalApp,
    private readonly channel: LocalChannel,
    private readonly place: Place,
    private readonly stream: string,
  ) {}

  /** Stands for the members that are here, instead of a previous self, and reads who is there. */
  async register(previous: string, isNews: boolean): Promise<void> {
    const joining = this.channel.presence?.heldMembers() ?? [];
    const [change, fields] = await Promise.all([
      previous === "" && joining.length === 0
        ? undefined
        : this.redis.call(this.change({ previous, joining })),
      this.redis.call((commands) => commands.hgetall(membersKey(this.place))),
    ]);
    if (this.hasEnded) return;
    if (change && change !== "FULL") {
      for (const member of isNews ? change[1].map(parseMember) : [])
        this.notifyWebhooks("member_added", member);
      // Whoever left while Redis was away has been told of already and is not in the list here.
      for (const member of change[2].map(parseMember)) {
        if (this.channel.presence?.has(member.userId)) this.notifyWebhooks("member_removed", member);
      }
    }
    if (previous === "") {
      this.take(fields);
      return;
    }
    // Where Redis has forgotten everything, the other nodes may only be about to tell it again.
    this.take(fields, { isPatient: true });
    const { leaseMs } = this.hub.limits;
    this.recheck = setTimeout(() => this.readAgain(), leaseMs);
    this.recheck.unref();
  }

  enter(member: ChannelMember, isNewHere: boolean, done: (isAllowed: boolean) => void): void {
    const key = String(member.userId);
    const joining = this.joining.get(key) ?? { asked: 0, waiting: [] };
    // The socket that asked first may be gone again, and with it the reason to join.
    const mustAsk = isNewHere && this.channel.presence?.holds(member.userId) === true;
    if (!mustAsk && joining.asked === 0) {
      done(true);
      return;
    }
    joining.waiting.push(done);
    this.joining.set(key, joining);
    if (!mustAsk) return;
    joining.asked += 1;
    const max = this.hub.limits.presenceMembersMax;
    this.redis.ask(this.change({ max, joining: [member] }), (reply) => {
      if (reply === "FULL") {
        this.settle(key, joining, false);
        return;
      }
      const [version, came] = reply;
      if (came.length > 0) this.notifyWebhooks("member_added", member);
      // Its own coming is then behind it, so the newcomer hears only of those who come later.
      this.whenAt(version, () => this.settle(key, joining, true));
    });
  }

  /** The user's last socket has left this node. */
  letGo(member: ChannelMember): void {
    this.redis.ask(this.change({ leaving: member }), (reply) => {
      if (reply !== "FULL" && reply[2].length > 0) this.notifyWebhooks("member_removed", member);
    });
  }

  receive({ version, isThere, body }: Extract<StreamMessage, { kind: "member" }>): void {
    if (this.version === undefined) {
      this.newestVersion = Math.max(this.newestVersion, version);
    } else if (version === this.version + 1) {
      const member = parseMember(body.toString());
      if (isThere) this.channel.addMember(member);
      else this.channel.removeMember(member);
      this.advance(version);
    } else if (version > this.version) {
      this.newestVersion = version;
      this.readAgain();
    }
  }

  /** Nobody is left in the channel on this node. */
  close(): void {
    this.hasEnded = true;
    clearTimeout(this.recheck);
  }

  /** The session has ended; those who wait are let in. */
  end(): void {
    this.close();
    const joining = [...this.joining.values()];
    this.joining.clear();
    this.catchingUp = [];
    for (const { waiting } of joining) for (const done of waiting) done(true);
  }

  private settle(key: string, joining: Joining, isAllowed: boolean): void {
    joining.asked -= 1;
    // Only the last answer counts: what was asked before it has been taken back since.
    if (joining.asked > 0) return;
    this.joining.delete(key);
    for (const done of joining.waiting) done(isAllowed);
  }

  private whenAt(version: number, act: () => void): void {
    if (this.version !== undefined && this.version >= version) act();
    else this.catchingUp.push({ version, act });
  }

  private advance(version: number): void {
    this.version = version;
    if (this.catchingUp.length === 0) return;
    const isReached = (waiting: { version: number }) => waiting.version <= version;
    const reached = this.catchingUp.filter(isReached);
    this.catchingUp = this.catchingUp.filter((waiting) => !isReached(waiting));
    for (const { act } of reached) act();
  }

  private readAgain(): void {
    this.version = undefined;
    this.newestVersion = 0;
    this.redis.ask(
      (commands) => commands.hgetall(membersKey(this.place)),
      (fields) => {
        if (!this.hasEnded) this.take(fields);
      },
    );
  }

  /** Makes the list what Redis says, and tells the subscribers the difference. */
  private take(fields: Record<string, string>, { isPatient = false } = {}): void {
    const members = Object.entries(fields)
      .filter(([field]) => field.startsWith("u:"))
      .map(([, json]) => parseMember(json));
    const ids = new Set(members.map(({ userId }) => String(userId)));
    for (const member of this.channel.presence?.list() ?? []) {
      if (!isPatient && !ids.has(String(member.userId))) this.channel.removeMember(member);
    }
    for (const member of members) this.channel.addMember(member);
    const version = Number(fields["#"] ?? 0);
    if (this.newestVersion > version) this.readAgain();
    else this.advance(version);
  }

  private change(options: Omit<Parameters<typeof changeMembersCommand>[2], "stream">) {
    return changeMembersCommand(this.redis, this.place, { ...options, stream: this.stream });
  }

  private notifyWebhooks(name: "member_added" | "member_removed", { userId }: ChannelMember): void {
    this.hub.notifyWebhooks({ name, channel: this.place.name, user_id: userId });
  }
}

/** A member as nodes tell each other of it. */
export function parseMember(json: string): ChannelMember {
  return parseExactJson(json) as ChannelMember;
}
