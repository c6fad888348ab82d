import { stringifyExactJson } from "@/server/rules/exact-json";
import type { ChannelMember } from "../presence";
import { heldKey, leasesKey, membersKey, type Place, placeKey, toldKey, totalsKey } from "./cluster-keys";
import type { RedisSession } from "./redis-session";

/** Sockets of all nodes in a place, before and after a change. */
export type Occupancy = readonly [before: number, after: number];

type Command<T> = (commands: Parameters<ReturnType<RedisSession["script"]>>[0]) => Promise<T>;

/** Sets how many sockets a holder, this node unless told otherwise, has in a place. See `hold.lua`. */
export function holdCommand(
  redis: RedisSession,
  place: Place,
  count: number,
  options: { stream: string; holder?: string; former?: string },
): Command<Occupancy> {
  const { stream, holder = redis.holder, former = "" } = options;
  const { partition, id, appId } = place;
  return redis.script(
    "hold",
    [
      leasesKey(partition),
      heldKey(partition, holder),
      placeKey(place),
      totalsKey(partition, appId),
      heldKey(partition, former),
      membersKey(place),
      toldKey(place),
    ],
    [redis.holder, holder, id, count, place.kind === "channel" ? place.name : "", stream, former],
  ) as Command<Occupancy>;
}

/** The members that came and left, as JSON, and the version of the list after that. */
export type MemberChange = readonly [version: number, came: string[], left: string[]];

/** Changes the members that this node stands for. See `change-members.lua`. */
export function changeMembersCommand(
  redis: RedisSession,
  place: Place,
  options: {
    stream: string;
    max?: number;
    former?: string;
    leaving?: ChannelMember;
    joining?: ChannelMember[];
  },
): Command<MemberChange | "FULL"> {
  const { stream, max = 0, former = "", leaving, joining = [] } = options;
  return redis.script(
    "changeMembers",
    [leasesKey(place.partition), membersKey(place)],
    [
      redis.holder,
      stream,
      max,
      former,
      leaving ? String(leaving.userId) : "",
      ...joining.flatMap((member) => [String(member.userId), stringifyExactJson(member) ?? ""]),
    ],
  ) as Command<MemberChange | "FULL">;
}
