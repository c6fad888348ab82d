import { LRUCache } from "lru-cache";
import { connectionFrame } from "../protocol/frames";
import type { SessionClaim } from "../protocol/session-claim";
import type { SignedInUser, SocketConnection } from "./socket-connection";

type Presence = "online" | "offline";

/** Who is signed in on any node, as the app's backplane knows it. */
interface UsersEverywhere {
  /** A user has signed in on this node, or has gone from it. */
  changed(userId: string, isHere: boolean): void;
  /** Reads whether users are there, and tells of it and of every change. What has to be waited for until that is done. */
  watch(userIds: readonly string[]): Promise<void> | undefined;
  unwatch(userId: string): void;
}

/** Users of whom it is remembered when they were cut off, the latest. */
const CUT_OFFS_MAX = 10_000;

/** Sessions of which it is remembered that they ended: for longer than what was signed for them is worth anything. */
const ENDED_SESSIONS_MAX = 100_000;
const ENDED_SESSIONS_MS = 900_000;

/** A user whom sockets of this node watch. */
interface Watched {
  watchers: Set<SocketConnection>;
  isOnline: boolean;
  /** Of the newest thing heard from the other nodes. */
  version: number;
  /** Resolves when it is known whether the user is online. */
  known: Promise<void> | undefined;
}

/** Which sockets stand for which user and session, and who watches whom come and go, on all nodes. */
export class UserDirectory {
  private readonly proven = new SocketIndex();
  private readonly sessions = new SocketIndex();
  private readonly endedSessions = new LRUCache<string, true>({
    max: ENDED_SESSIONS_MAX,
    ttl: ENDED_SESSIONS_MS,
  });
  private readonly signedIn = new SocketIndex();
  private readonly watched = new Map<string, Watched>();
  private readonly cutOffAtMs = new LRUCache<string, number>({ max: CUT_OFFS_MAX });
  /** Those who know who of their watchlist is online, and hear of changes. */
  private readonly informed = new WeakSet<SocketConnection>();

  constructor(private readonly everywhere: UsersEverywhere) {}

  /** A socket showed a signature over this user id; it stays bound to it until it closes. */
  addProof(connection: SocketConnection, userId: string): void {
    connection.provenUserIds.add(userId);
    this.proven.add(userId, connection);
  }

  /** A socket showed a signature that was given to this session. */
  addSession(connection: SocketConnection, session: SessionClaim): void {
    connection.provenSessionIds.add(session.id);
    this.sessions.add(session.id, connection);
    const endsAtMs = (session.ends_at ?? Number.POSITIVE_INFINITY) * 1_000;
    connection.sessionEndsAtMs = Math.min(connection.sessionEndsAtMs, endsAtMs);
  }

  hasEnded(sessionId: string): boolean {
    return this.endedSessions.has(sessionId);
  }

  /** From now on nothing that was signed for this session is worth anything. Returns the sockets that were. */
  endSession(sessionId: string): SocketConnection[] {
    this.endedSessions.set(sessionId, true);
    return this.sessions.get(sessionId);
  }

  /** Every socket that stands for a session. */
  socketsOfSessions(): SocketConnection[] {
    return this.sessions.all();
  }

  signIn(connection: SocketConnection, user: SignedInUser): void {
    connection.user = user;
    this.addProof(connection, user.id);
    if (this.signedIn.add(user.id, connection)) this.everywhere.changed(user.id, true);
    const unknown = this.watch(connection, user.watchlist);
    if (unknown.length === 0) {
      this.inform(connection, user);
    } else {
      void Promise.all(unknown).then(() => {
        if (connection.isOpen) this.inform(connection, user);
      });
    }
  }

  /** The socket closed. */
  remove(connection: SocketConnection): void {
    for (const userId of connection.provenUserIds) this.proven.remove(userId, connection);
    for (const sessionId of connection.provenSessionIds) this.sessions.remove(sessionId, connection);
    const { user } = connection;
    if (!user) return;
    for (const watchedId of user.watchlist) this.unwatch(connection, watchedId);
    if (this.signedIn.remove(user.id, connection)) this.everywhere.changed(user.id, false);
  }

  markCutOff(userId: string, nowMs: number): void {
    this.cutOffAtMs.set(userId, nowMs);
  }

  /** On the clock of `performance.now()`. */
  wasCutOffSince(userId: string, atMs: number): boolean {
    return (this.cutOffAtMs.get(userId) ?? Number.NEGATIVE_INFINITY) >= atMs;
  }

  /** Every socket that has proven to act for this user. */
  socketsOf(userId: string): SocketConnection[] {
    return this.proven.get(userId);
  }

  /** What is heard from now on is newer than all that was heard before: another Redis may have taken over. */
  forgetVersions(): void {
    for (const watched of this.watched.values()) watched.version = 0;
  }

  signedInUserIds(): string[] {
    return this.signedIn.userIds();
  }

  isSignedIn(userId: string): boolean {
    return this.signedIn.has(userId);
  }

  watchedUserIds(): string[] {
    return [...this.watched.keys()];
  }

  isWatched(userId: string): boolean {
    return this.watched.has(userId);
  }

  /** A user is or is not signed in, on whatever node. Older news than what is known is left aside. */
  setOnline(userId: string, isOnline: boolean, version: number): void {
    const watched = this.watched.get(userId);
    if (!watched || version < watched.version) return;
    watched.version = version;
    if (watched.isOnline === isOnline) return;
    watched.isOnline = isOnline;
    for (const watcher of watched.watchers) {
      if (this.informed.has(watcher))
        sendWatchlistEvents(watcher, [[isOnline ? "online" : "offline", [userId]]]);
    }
  }

  /** The same where this node is the only one that is known of. */
  setOnlineHere(userId: string, isOnline: boolean): void {
    this.setOnline(userId, isOnline, this.watched.get(userId)?.version ?? 0);
  }

  /** Returns what has to be waited for until all of them are known. */
  private watch(connection: SocketConnection, userIds: readonly string[]): Promise<void>[] {
    const newIds = userIds.filter((userId) => !this.watched.has(userId));
    for (const userId of newIds) {
      const isOnline = this.signedIn.has(userId);
      this.watched.set(userId, { watchers: new Set(), isOnline, version: 0, known: undefined });
    }
    const reading = newIds.length > 0 ? this.everywhere.watch(newIds) : undefined;
    if (reading) {
      const known = reading.then(() => {
        for (const userId of newIds) {
          const watched = this.watched.get(userId);
          if (watched?.known === known) watched.known = undefined;
        }
      });
      for (const userId of newIds) {
        const watched = this.watched.get(userId);
        if (watched) watched.known = known;
      }
    }
    const all = userIds.flatMap((userId) => this.watched.get(userId) ?? []);
    for (const { watchers } of all) watchers.add(connection);
    return all.flatMap(({ known }) => known ?? []);
  }

  private unwatch(connection: SocketConnection, userId: string): void {
    const watched = this.watched.get(userId);
    if (!watched?.watchers.delete(connection) || watched.watchers.size > 0) return;
    this.watched.delete(userId);
    this.everywhere.unwatch(userId);
  }

  private inform(connection: SocketConnection, { watchlist }: SignedInUser): void {
    this.informed.add(connection);
    sendWatchlistEvents(connection, [
      ["online", watchlist.filter((userId) => this.watched.get(userId)?.isOnline)],
      ["offline", watchlist.filter((userId) => !this.watched.get(userId)?.isOnline)],
    ]);
  }
}

function sendWatchlistEvents(
  connection: SocketConnection,
  told: [name: Presence, userIds: string[]][],
): void {
  const events = told
    .filter(([, userIds]) => userIds.length > 0)
    .map(([name, userIds]) => ({ name, user_ids: userIds }));
  if (events.length > 0) connection.write(connectionFrame("pusher_internal:watchlist_events", { events }));
}

/** Sockets by whom they stand for: a user, or a session. */
class SocketIndex {
  private readonly byUser = new Map<string, Set<SocketConnection>>();

  all(): SocketConnection[] {
    return [...new Set([...this.byUser.values()].flatMap((sockets) => [...sockets]))];
  }

  has(userId: string): boolean {
    return this.byUser.has(userId);
  }

  get(userId: string): SocketConnection[] {
    return [...(this.byUser.get(userId) ?? [])];
  }

  userIds(): string[] {
    return [...this.byUser.keys()];
  }

  /** True when it is the user's first socket. */
  add(userId: string, connection: SocketConnection): boolean {
    const sockets = this.byUser.get(userId);
    if (sockets) {
      sockets.add(connection);
      return false;
    }
    this.byUser.set(userId, new Set([connection]));
    return true;
  }

  /** True when it was the user's last socket. */
  remove(userId: string, connection: SocketConnection): boolean {
    const sockets = this.byUser.get(userId);
    if (!sockets?.delete(connection) || sockets.size > 0) return false;
    this.byUser.delete(userId);
    return true;
  }
}
