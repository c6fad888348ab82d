import { z } from "zod";
import { parseExactJson } from "@/domain/rules/exact-json";
import { EVENT_NAME_LENGTH_MAX, WATCHLIST_LENGTH_MAX } from "../limits/limits";
import { isSigninAuthValid } from "../protocol/channel-auth";
import { parseChannelName } from "../protocol/channel-name";
import { Code } from "../protocol/close-codes";
import { connectionFrame, PONG_FRAME } from "../protocol/frames";
import { findSessionFault, readSessionClaim } from "../protocol/session-claim";
import { stringify } from "../protocol/stringify";
import * as metrics from "../push-metrics";
import type { AppHub } from "./app-hub";
import { NOT_ADMITTED, type SocketConnection } from "./socket-connection";
import { subscribe } from "./subscribe";

/** Entering and leaving channels again and again makes work for all nodes and for Redis, unlike other messages. */
const LEAVING_COST = 4;

const ClientMessage = z.object({
  event: z.string().min(1).max(EVENT_NAME_LENGTH_MAX),
  channel: z.string().optional(),
  data: z.unknown().optional(),
});
type ClientMessage = z.infer<typeof ClientMessage>;

const Unsubscription = z.object({ channel: z.string() });
const Signin = z.object({ auth: z.string(), user_data: z.string() });
const UserData = z.object({
  id: z.string().min(1).max(128),
  user_info: z.unknown().optional(),
  watchlist: z.array(z.string()).default([]),
});

/**
 * Takes one message from a client, `undefined` for one that is no text. Nothing a client sends throws; a mistake is
 * answered with `pusher:error`.
 */
export function receiveMessage(
  hub: AppHub,
  connection: SocketConnection,
  text: string | undefined,
  nowMs: number,
): void {
  connection.markReceived(nowMs);
  if (!connection.takeTurn(nowMs)) return;
  if (text === undefined) {
    connection.sendError(null, "Only text messages are understood");
    return;
  }
  const message = parseMessage(text);
  if (!message) {
    metrics.messagesReceived.inc({ event: "malformed" });
    connection.sendError(null, "Message is not a JSON object with an event name");
    return;
  }
  if (message.event.startsWith("client-")) {
    metrics.messagesReceived.inc({ event: "client" });
    relayClientEvent(hub, connection, message, nowMs);
    return;
  }
  const isLeaving = message.event === "pusher:unsubscribe";
  if (isLeaving && !connection.takeTurn(nowMs, LEAVING_COST - 1)) return;
  const handle = HANDLERS.get(message.event);
  metrics.messagesReceived.inc({ event: handle ? message.event : "unknown" });
  if (handle) {
    handle(hub, connection, readData(message.data));
  } else {
    connection.sendError(null, `Unknown event ${message.event}`);
  }
}

type Handler = (hub: AppHub, connection: SocketConnection, data: unknown) => void;

const HANDLERS: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ["pusher:ping", (_hub, connection) => connection.write(PONG_FRAME)],
  ["pusher:pong", (_hub, connection) => connection.markPong()],
  ["pusher:subscribe", subscribe],
  ["pusher:unsubscribe", unsubscribe],
  ["pusher:signin", signIn],
]);

/** Early versions of the protocol had clients send data as a JSON string, as the server does; some still do. */
function readData(data: unknown): unknown {
  if (typeof data !== "string") return data;
  try {
    return parseExactJson(data);
  } catch {
    return undefined;
  }
}

function parseMessage(text: string): ClientMessage | undefined {
  try {
    return ClientMessage.parse(parseExactJson(text));
  } catch {
    return undefined;
  }
}

function unsubscribe(hub: AppHub, connection: SocketConnection, data: unknown): void {
  const request = Unsubscription.safeParse(data);
  if (request.success) {
    hub.unsubscribe(connection, request.data.channel);
  } else {
    connection.sendError(null, "Unsubscription needs a channel");
  }
}

function signIn(hub: AppHub, connection: SocketConnection, data: unknown): void {
  const request = Signin.safeParse(data);
  if (
    !request.success ||
    !isSigninAuthValid(hub.app, {
      auth: request.data.auth,
      socketId: connection.socketId,
      userData: request.data.user_data,
    })
  ) {
    connection.refuse(Code.unauthorised, "Sign-in is not authorised");
    return;
  }
  const user = parseUserData(request.data.user_data);
  if (!user) {
    connection.refuse(
      Code.unauthorised,
      "user_data must be JSON with an id that is a text of 1 to 128 characters",
    );
    return;
  }
  if (connection.user) {
    connection.sendError(null, "Already signed in on this connection");
    return;
  }
  const session = readSessionClaim(request.data.user_data);
  if (session === "malformed") {
    connection.refuse(Code.unauthorised, "push_session is not valid");
    return;
  }
  const fault = session && findSessionFault(session, hub.users.hasEnded(session.id), Date.now());
  if (fault) {
    // The socket stays, with no rights by this: closing it would have the client come back with the same, again and again.
    connection.sendError(null, fault.error);
    return;
  }
  if (!hub.acceptsUser(connection, user.id)) return;
  if (session) hub.users.addSession(connection, session);
  connection.write(connectionFrame("pusher:signin_success", { user_data: request.data.user_data }));
  const isWatchlistTooLong = user.watchlist.length > WATCHLIST_LENGTH_MAX;
  if (isWatchlistTooLong) {
    connection.sendError(Code.watchlistLimit, `A watchlist holds at most ${WATCHLIST_LENGTH_MAX} users`);
  }
  hub.users.signIn(connection, {
    id: user.id,
    userInfo: user.user_info,
    watchlist: isWatchlistTooLong ? [] : [...new Set(user.watchlist)],
  });
}

function parseUserData(json: string): z.infer<typeof UserData> | undefined {
  try {
    return UserData.parse(parseExactJson(json));
  } catch {
    return undefined;
  }
}

/** A client event goes to the channel's other sockets; the rate is the sender's, over all its channels. */
function relayClientEvent(
  hub: AppHub,
  connection: SocketConnection,
  message: ClientMessage,
  nowMs: number,
): void {
  if (!hub.app.clientEvents) {
    connection.sendError(null, "Client events are not enabled for this app");
    return;
  }
  const name = parseChannelName(message.channel ?? "");
  const subscriber = name && connection.subscriptions.get(name.name);
  const isIn = subscriber !== undefined && subscriber.joinNumber !== NOT_ADMITTED;
  if (!name || !isIn || (name.kind !== "private" && name.kind !== "presence")) {
    connection.sendError(null, "Client events need a private or presence channel that is subscribed to");
    return;
  }
  if (!connection.clientEventBucket.take(nowMs)) {
    metrics.dropped.inc({ reason: "client_event_rate" });
    connection.sendError(
      Code.clientEventRate,
      `At most ${hub.limits.clientEventsPerSecond} client events a second`,
    );
    return;
  }
  const data = typeof message.data === "string" ? message.data : stringify(message.data ?? {});
  if (data === undefined || Buffer.byteLength(data) > hub.limits.eventDataBytesMax) {
    connection.sendError(
      null,
      `Client event data must be JSON of at most ${hub.limits.eventDataBytesMax} bytes`,
    );
    return;
  }
  if (!hub.hasRoom([name])) {
    metrics.dropped.inc({ reason: "backlog" });
    return;
  }
  if (!hub.takeTurns(1)) {
    metrics.dropped.inc({ reason: "app_rate" });
    connection.sendError(Code.clientEventRate, "This app has reached its events a second");
    return;
  }
  const userId = subscriber.member?.userId;
  const { socketId } = connection;
  void hub.publish({ channel: name, name: message.event, data, exceptSocketId: socketId, userId });
  hub.notifyWebhooks({
    name: "client_event",
    channel: name.name,
    event: message.event,
    data,
    socket_id: socketId,
    user_id: userId,
  });
}
