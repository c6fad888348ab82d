import { CHANNEL_NAME_LENGTH_MAX } from "../limits/limits";

type ChannelKind = "public" | "private" | "presence" | "encrypted" | "user";

export interface ChannelName {
  name: string;
  kind: ChannelKind;
  /** A cache channel hands its last event to each new subscriber. */
  isCache: boolean;
}

const ALLOWED = /^[A-Za-z0-9_\-=@,.;]+$/;
const SERVER_TO_USER = "#server-to-user-";

/** Longest prefix first, because `private-encrypted-` is `private-` too. */
const PREFIXES: readonly [prefix: string, kind: ChannelKind][] = [
  ["private-encrypted-", "encrypted"],
  ["private-", "private"],
  ["presence-", "presence"],
];

/** What a channel name says about the channel, or undefined when it is not a channel name. */
export function parseChannelName(name: string): ChannelName | undefined {
  if (name.length === 0 || name.length > CHANNEL_NAME_LENGTH_MAX) return undefined;
  if (name.startsWith(SERVER_TO_USER)) {
    return name.length > SERVER_TO_USER.length ? { name, kind: "user", isCache: false } : undefined;
  }
  if (!ALLOWED.test(name)) return undefined;
  const [prefix, kind] = PREFIXES.find(([candidate]) => name.startsWith(candidate)) ?? [
    "",
    "public" as const,
  ];
  return { name, kind, isCache: name.startsWith("cache-", prefix.length) };
}

/** The private line from the server to one signed-in user. */
export function serverToUserChannel(userId: string): string {
  return SERVER_TO_USER + userId;
}
