import { stringifyExactJson } from "@/domain/rules/exact-json";
import type { ChannelMember } from "../../protocol/channel-events";
import {
  heldKey,
  leasesKey,
  membersKey,
  ownViewersKey,
  type Place,
  placeKey,
  toldKey,
  totalsKey,
  viewedKey,
  viewersKey,
  viewerTotalsKey,
  visitsKey,
} from "./cluster-keys";
import type { RedisSession } from "./redis-session";

/** Sockets of all nodes in a place, before and after a change. */
export type Occupancy = readonly [before: number, after: number];

/** Visits of an app that are kept in each partition while nobody takes them: some megabytes for all. */
const VISITS_MAX = 10_000;

type Command<T> = (commands: Parameters<ReturnType<RedisSession["script"]>>[0]) => Promise<T>;

/** Sets how many sockets a holder, this node unless told otherwise, has in a place. See `hold.lua`. */
export function holdCommand(
  redis: RedisSession,
  place: Place,
  count: number,
  options: { stream: string; holder?: string; previous?: string },
): Command<Occupancy> {
  const { stream, holder = redis.holder, previous = "" } = options;
  const { partition, id, appId } = place;
  return redis.script(
    "hold",
    [
      leasesKey(partition),
      heldKey(partition, holder),
      placeKey(place),
      totalsKey(partition, appId),
      heldKey(partition, previous),
      membersKey(place),
      toldKey(place),
    ],
    [redis.holder, holder, id, count, place.kind === "channel" ? place.name : "", stream, previous],
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
    previous?: string;
    leaving?: ChannelMember;
    joining?: ChannelMember[];
  },
): Command<MemberChange | "FULL"> {
  const { stream, max = 0, previous = "", leaving, joining = [] } = options;
  return redis.script(
    "changeMembers",
    [leasesKey(place.partition), membersKey(place)],
    [
      redis.holder,
      stream,
      max,
      previous,
      leaving ? String(leaving.userId) : "",
      ...joining.flatMap((member) => [String(member.userId), stringifyExactJson(member) ?? ""]),
    ],
  ) as Command<MemberChange | "FULL">;
}

/** Changes whom this node counts among the viewers of a channel. See `change-viewers.lua`. */
export function changeViewersCommand(
  redis: RedisSession,
  place: Place,
  { came, left }: { came: readonly string[]; left: readonly string[] },
): Command<number> {
  const args = [redis.holder, place.id, place.name, VISITS_MAX, came.length, ...came, ...left];
  return redis.script("changeViewers", viewerKeys(place, redis.holder), args) as Command<number>;
}

/** Takes some of the viewers that a gone holder left out of a place; says how many are left. See `clear-viewers.lua`. */
export function clearViewersCommand(
  redis: RedisSession,
  place: Place,
  { holder, max }: { holder: string; max: number },
): Command<number> {
  const args = [redis.holder, place.id, place.name, VISITS_MAX, max];
  return redis.script("clearViewers", viewerKeys(place, holder), args) as Command<number>;
}

function viewerKeys(place: Place, holder: string): string[] {
  const { partition, appId } = place;
  return [
    leasesKey(partition),
    viewedKey(partition, holder),
    ownViewersKey(place, holder),
    viewersKey(place),
    viewerTotalsKey(partition, appId),
    visitsKey(partition, appId),
  ];
}
