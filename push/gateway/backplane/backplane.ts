import type { ChannelEvent } from "../protocol/channel-events";
import type { UserId } from "../protocol/frames";
import type { SignedRequest } from "../protocol/seen-requests";
import type { LocalApp, LocalChannel } from "./local-app";

/** Visits are in so many partitions, whatever joins the nodes. */
export const PARTITION_COUNT = 16;

/** Whom to cut off: a user, or what sessions and users have. */
export type Termination = { terminateUserId: string } | { sessionIds: string[]; userIds: string[] };

/** Visits of one partition: who came to a channel, and who left, in order. */
export interface VisitPage {
  visits: { id: string; channel: string; came: string[]; left: string[] }[];
  /** Viewers of each channel of the partition after the last of the visits; undefined while more follow. */
  viewers: Map<string, number> | undefined;
  /** False when visits between were lost: they were forgotten, or nobody took them for too long. */
  isWhole: boolean;
}

/**
 * What joins the nodes, by which a channel on this node is the same channel as on the others. Channels, transports and the
 * HTTP API never ask whether there are other nodes: where there are none, or none can be reached, this node is all there is.
 */
export interface Backplane {
  /** Why this node speaks only for itself though it has others; undefined while all is as it should be. */
  readonly degradedReason: string | undefined;
  /** False while it takes less than is published. */
  readonly hasRoom: boolean;

  /** Joins the others. Resolves after the first attempt; one that failed is made again until it succeeds. */
  start(apps: readonly LocalApp[]): Promise<void>;
  /** Leaves the others. All sockets should be gone by now. */
  close(): Promise<void>;

  /** A channel has come to this node: gives it its subscription. */
  openChannel(app: LocalApp, channel: LocalChannel): void;
  /** Sends an event to every node that has subscribers. Resolves when it is on its way; never rejects. */
  publish(app: LocalApp, event: ChannelEvent, channel: LocalChannel | undefined): Promise<void>;
  /** Has other nodes close connections: now, or as soon as they can be reached. */
  terminate(appId: string, termination: Termination): Promise<void>;
  /** How long ago another node got this request first; undefined when none is known to have. */
  seeRequest(appId: string, request: SignedRequest): Promise<number | undefined>;

  /** A viewer is counted on this node from now on, or not any more. */
  viewersChanged(app: LocalApp, channel: string, viewer: string): void;
  /** A user has signed in on this node, or has gone from it. */
  userChanged(app: LocalApp, userId: string, isHere: boolean): void;
  /** Tells the app whether users are there, and of every change. What has to be waited for until that is known. */
  watchUsers(app: LocalApp, userIds: readonly string[]): Promise<void> | undefined;
  unwatchUser(app: LocalApp, userId: string): void;

  /** The channels with subscribers whose name begins so, and how many they have. */
  listChannels(app: LocalApp, prefix: string): Promise<Map<string, number>>;
  /** The channels that somebody watches, whose name begins so, and how many do; everybody once. */
  listViewers(app: LocalApp, prefix: string): Promise<Map<string, number>>;
  /** Whom a channel has as viewers. */
  listViewerNames(app: LocalApp, channel: string): Promise<string[]>;
  countSubscriptions(app: LocalApp, channel: string): Promise<number>;
  /** The distinct users of a presence channel. */
  listUserIds(app: LocalApp, channel: string): Promise<UserId[]>;
  /** The last event of a cache channel and how long it is kept. */
  findCachedEvent(app: LocalApp, channel: string): Promise<{ data: string; ttlSeconds: number } | undefined>;
  /** The visits after one, which is forgotten together with all before it; undefined where none are kept. */
  takeVisits(
    app: LocalApp,
    partition: number,
    page: { after: string; max: number },
  ): Promise<VisitPage | undefined>;
}
