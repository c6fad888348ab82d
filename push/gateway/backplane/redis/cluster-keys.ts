import { PARTITION_COUNT } from "../backplane";

/**
 * Where the nodes keep what they share. Everything about one channel or user lies in one of a fixed number of partitions,
 * and all keys and streams of a partition carry the same hash tag, so that one script may touch them together in a
 * Redis Cluster too.
 */
export const ALL_PARTITIONS: readonly number[] = Array.from({ length: PARTITION_COUNT }, (_, index) => index);

/** Something that nodes hold together: a channel of an app, or a user of an app who is signed in. */
export interface Place {
  readonly kind: "channel" | "user";
  readonly appId: string;
  /** The channel's name or the user's id. */
  readonly name: string;
  /** Unique among the places of all apps. App ids are digits, so the first other character tells the kind. */
  readonly id: string;
  readonly partition: number;
}

export function channelPlace(appId: string, name: string): Place {
  return newPlace("channel", appId, name, `${appId}/${name}`);
}

export function userPlace(appId: string, name: string): Place {
  return newPlace("user", appId, name, `${appId}@${name}`);
}

/** The place with this id, as kept in Redis; undefined when it is none. */
export function parsePlace(id: string): Place | undefined {
  const [, appId, separator, name] = /^(\d+)([/@])(.+)$/s.exec(id) ?? [];
  if (appId === undefined || name === undefined) return undefined;
  return separator === "/" ? channelPlace(appId, name) : userPlace(appId, name);
}

function newPlace(kind: Place["kind"], appId: string, name: string, id: string): Place {
  return { kind, appId, name, id, partition: hash(id) % PARTITION_COUNT };
}

/** FNV-1a (http://www.isthe.com/chongo/tech/comp/fnv/), over UTF-16 units. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) {
    value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  }
  return value >>> 0;
}

const tag = (partition: number) => `push:{${partition}}`;

export const leasesKey = (partition: number) => `${tag(partition)}:leases`;
export const deadKey = (partition: number) => `${tag(partition)}:dead`;
export const heldKey = (partition: number, holder: string) => `${tag(partition)}:held:${holder}`;
export const clearedKey = (partition: number, holder: string) => `${tag(partition)}:cleared:${holder}`;
export const placeKey = ({ partition, id }: Place) => `${tag(partition)}:place:${id}`;
export const totalsKey = (partition: number, appId: string) => `${tag(partition)}:totals:${appId}`;
/** Places in which a holder counts viewers, and whom it counts in one of them. */
export const viewedKey = (partition: number, holder: string) => `${tag(partition)}:viewed:${holder}`;
export const ownViewersKey = ({ partition, id }: Place, holder: string) =>
  `${tag(partition)}:viewers-of:${holder}:${id}`;
export const viewersKey = ({ partition, id }: Place) => `${tag(partition)}:viewers:${id}`;
export const viewerTotalsKey = (partition: number, appId: string) =>
  `${tag(partition)}:viewer-totals:${appId}`;
/** Who came to and left the channels of an app, in order. */
export const visitsKey = (partition: number, appId: string) => `${tag(partition)}:visits:${appId}`;
export const membersKey = ({ partition, id }: Place) => `${tag(partition)}:members:${id}`;
export const toldKey = ({ partition, id }: Place) => `${tag(partition)}:told:${id}`;
export const cachedKey = ({ partition, id }: Place) => `${tag(partition)}:cached:${id}`;
/** Requests of an app that were signed in this second; many are spread, so that each key stays small. */
export const seenKey = (appId: string, request: { id: string; signedAtSeconds: number }) =>
  `${tag(hash(request.id) % PARTITION_COUNT)}:seen:${appId}:${request.signedAtSeconds}`;
/** What every node must know of, also one that was cut off for a while. */
export const terminationsKey = `${tag(0)}:notes`;

/**
 * Names of sharded pub/sub channels. Databases of one Redis server share them, so they carry the database's number to
 * keep two clusters apart that differ only in that.
 */
export class StreamNames {
  constructor(private readonly database: number) {}

  of({ partition, id }: Place): string {
    return `${tag(partition)}:${this.database}:to:${id}`;
  }

  get terminations(): string {
    return `${tag(0)}:${this.database}:notes`;
  }
}
