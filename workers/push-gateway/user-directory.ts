import { connectionFrame } from "./protocol-frames";
import type { SignedInUser, SocketConnection } from "./socket-connection";

/** Which sockets stand for which user, and who watches whom come and go. */
export class UserDirectory {
  private readonly proven = new SocketIndex();
  private readonly signedIn = new SocketIndex();
  private readonly watchers = new SocketIndex();

  /** A socket showed a signature over this user id; it stays bound to it until it closes. */
  addProof(connection: SocketConnection, userId: string): void {
    connection.provenUserIds.add(userId);
    this.proven.add(userId, connection);
  }

  signIn(connection: SocketConnection, user: SignedInUser): void {
    connection.user = user;
    this.addProof(connection, user.id);
    if (this.signedIn.add(user.id, connection)) this.tellWatchers(user.id, "online");
    for (const watchedId of user.watchlist) this.watchers.add(watchedId, connection);
    const online = user.watchlist.filter((id) => this.signedIn.has(id));
    const offline = user.watchlist.filter((id) => !this.signedIn.has(id));
    sendWatchlistEvents(connection, [
      { name: "online", user_ids: online },
      { name: "offline", user_ids: offline },
    ]);
  }

  /** The socket closed. */
  remove(connection: SocketConnection): void {
    for (const userId of connection.provenUserIds) this.proven.remove(userId, connection);
    const { user } = connection;
    if (!user) return;
    for (const watchedId of user.watchlist) this.watchers.remove(watchedId, connection);
    if (this.signedIn.remove(user.id, connection)) this.tellWatchers(user.id, "offline");
  }

  /** Every socket that has proven to act for this user. */
  socketsOf(userId: string): SocketConnection[] {
    return this.proven.get(userId);
  }

  private tellWatchers(userId: string, name: "online" | "offline"): void {
    for (const watcher of this.watchers.get(userId)) {
      sendWatchlistEvents(watcher, [{ name, user_ids: [userId] }]);
    }
  }
}

function sendWatchlistEvents(
  connection: SocketConnection,
  events: { name: "online" | "offline"; user_ids: string[] }[],
): void {
  const told = events.filter((event) => event.user_ids.length > 0);
  if (told.length > 0) {
    connection.write(connectionFrame("pusher_internal:watchlist_events", { events: told }));
  }
}

class SocketIndex {
  private readonly byUser = new Map<string, Set<SocketConnection>>();

  has(userId: string): boolean {
    return this.byUser.has(userId);
  }

  get(userId: string): SocketConnection[] {
    return [...(this.byUser.get(userId) ?? [])];
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
