import { z } from "zod";
import { type ExactNumber, isExactNumber, parseExactJson } from "@/domain/rules/exact-json";
import { PRESENCE_USER_ID_LENGTH_MAX, PRESENCE_USER_INFO_BYTES_MAX } from "../limits/limits";
import { isChannelAuthValid } from "../protocol/channel-auth";
import type { ChannelMember } from "../protocol/channel-events";
import { type ChannelName, parseChannelName, serverToUserChannel } from "../protocol/channel-name";
import { channelFrame } from "../protocol/frames";
import { findSessionFault, readSessionClaim, type SessionClaim } from "../protocol/session-claim";
import { stringify } from "../protocol/stringify";
import { readViewerClaim } from "../protocol/viewer-claim";
import type { AppHub } from "./app-hub";
import type { SocketConnection } from "./socket-connection";

const Subscription = z.object({
  channel: z.string(),
  auth: z.string().nullish(),
  channel_data: z.string().nullish(),
});

/** Of every value one spelling, so that two ids are the same one when their letters are: no 1.0, 1e3 or -0. */
const PLAIN_NUMBER = /^(?!-0$)-?(?:0|[1-9]\d*)(?:\.\d*[1-9])?$/;
const PlainNumber = z.custom<number | ExactNumber>(
  (value) => (typeof value === "number" || isExactNumber(value)) && PLAIN_NUMBER.test(String(value)),
);

const ChannelData = z.object({
  user_id: z.union([z.string().min(1), PlainNumber]),
  user_info: z.unknown().optional(),
});

/** One whose user is named by a number, of whatever kind. */
const NumberedData = z.object({
  user_id: z.custom((value) => typeof value === "number" || isExactNumber(value)),
});

/** Why a subscription is refused, in the words of `pusher:subscription_error`. */
interface Refusal {
  type: "AuthError" | "LimitReached" | "InvalidChannel";
  error: string;
  status: number;
}

export function subscribe(hub: AppHub, connection: SocketConnection, data: unknown): void {
  const request = Subscription.safeParse(data);
  if (!request.success) {
    connection.sendError(null, "Subscription needs a channel");
    return;
  }
  const { channel } = request.data;
  if (connection.subscriptions.has(channel)) {
    connection.sendError(null, `Existing subscription to channel ${channel}`);
    return;
  }
  const auth = request.data.auth ?? "";
  const channelData = request.data.channel_data ?? undefined;
  const name = parseChannelName(channel);
  const refusal = name
    ? (findLimitRefusal(hub, connection) ?? findAuthRefusal(hub, connection, name, auth, channelData))
    : invalid("Channel name is not valid");
  if (refusal || !name) {
    connection.write(channelFrame("pusher:subscription_error", channel, refusal ?? {}));
    return;
  }
  admit(hub, connection, name, channelData);
}

/** The caller is entitled to the channel; what remains is who it is there. */
function admit(
  hub: AppHub,
  connection: SocketConnection,
  name: ChannelName,
  channelData: string | undefined,
): void {
  const isSigned = name.kind !== "public" && name.kind !== "user";
  const session = isSigned && channelData !== undefined ? readSessionClaim(channelData) : undefined;
  const sessionRefusal = findSessionRefusal(hub, session);
  if (session === "malformed" || sessionRefusal) {
    connection.write(channelFrame("pusher:subscription_error", name.name, sessionRefusal ?? {}));
    return;
  }
  const claim = isSigned && channelData !== undefined ? readViewerClaim(channelData) : undefined;
  if (claim === "malformed") {
    const refusal = unauthorised("push_viewer is not valid");
    connection.write(channelFrame("pusher:subscription_error", name.name, refusal));
    return;
  }
  const sentMember = isSigned && channelData !== undefined ? parseMember(channelData) : undefined;
  if (sentMember === "malformed") {
    const refusal = unauthorised(
      "user_id must be a text, or a number that is written plainly, without an exponent",
    );
    connection.write(channelFrame("pusher:subscription_error", name.name, refusal));
    return;
  }
  let member = sentMember;
  if (name.kind === "presence") {
    if (channelData === undefined && connection.user) {
      member = { userId: connection.user.id, userInfo: connection.user.userInfo };
    }
    const refusal = findMemberRefusal(hub, name, member);
    if (refusal) {
      connection.write(channelFrame("pusher:subscription_error", name.name, refusal));
      return;
    }
  }
  if (sentMember) {
    const userId = String(sentMember.userId);
    if (!hub.acceptsUser(connection, userId)) return;
    hub.users.addProof(connection, userId);
  }
  if (session) hub.users.addSession(connection, session);
  hub.subscribe(connection, name, {
    member: name.kind === "presence" ? member : undefined,
    viewer: claim?.viewer,
  });
}

function findLimitRefusal(hub: AppHub, connection: SocketConnection): Refusal | undefined {
  const { channelsPerConnectionMax } = hub.limits;
  if (connection.subscriptions.size < channelsPerConnectionMax) return undefined;
  return limitReached(`At most ${channelsPerConnectionMax} channels a connection`);
}

function findAuthRefusal(
  hub: AppHub,
  connection: SocketConnection,
  name: ChannelName,
  auth: string,
  channelData: string | undefined,
): Refusal | undefined {
  if (name.kind === "public") return undefined;
  if (name.kind === "user") {
    const isOwn = connection.user && name.name === serverToUserChannel(connection.user.id);
    return isOwn ? undefined : unauthorised("Only the signed-in user has this channel");
  }
  const { socketId } = connection;
  const isValid = isChannelAuthValid(hub.app, { auth, socketId, channel: name.name, channelData });
  return isValid ? undefined : unauthorised("Channel auth signature is not valid");
}

function findMemberRefusal(
  hub: AppHub,
  name: ChannelName,
  member: ChannelMember | undefined,
): Refusal | undefined {
  if (!member) {
    return unauthorised("A presence channel needs channel_data with a user_id, or a signed-in user");
  }
  if (String(member.userId).length > PRESENCE_USER_ID_LENGTH_MAX) {
    return limitReached(`user_id is longer than ${PRESENCE_USER_ID_LENGTH_MAX} characters`);
  }
  const userInfo = member.userInfo === undefined ? "" : stringify(member.userInfo);
  if (userInfo === undefined || Buffer.byteLength(userInfo) > PRESENCE_USER_INFO_BYTES_MAX) {
    return limitReached(`user_info is larger than ${PRESENCE_USER_INFO_BYTES_MAX} bytes`);
  }
  const presence = hub.findChannel(name.name)?.presence;
  const { presenceMembersMax } = hub.limits;
  if (presence && presence.count >= presenceMembersMax && !presence.has(member.userId)) {
    return limitReached(`At most ${presenceMembersMax} members a presence channel`);
  }
  return undefined;
}

function findSessionRefusal(
  hub: AppHub,
  session: SessionClaim | undefined | "malformed",
): Refusal | undefined {
  if (session === undefined) return undefined;
  if (session === "malformed") return unauthorised("push_session is not valid");
  const fault = findSessionFault(session, hub.users.hasEnded(session.id), Date.now());
  return fault && { type: "AuthError", ...fault };
}

/** Undefined where no user is named; `"malformed"` for one whose id cannot be kept to the letter. */
function parseMember(channelData: string): ChannelMember | undefined | "malformed" {
  let value: unknown;
  try {
    value = parseExactJson(channelData);
  } catch {
    return undefined;
  }
  const data = ChannelData.safeParse(value);
  if (data.success) return { userId: data.data.user_id, userInfo: data.data.user_info };
  return NumberedData.safeParse(value).success ? "malformed" : undefined;
}

function unauthorised(error: string): Refusal {
  return { type: "AuthError", error, status: 401 };
}

function limitReached(error: string): Refusal {
  return { type: "LimitReached", error, status: 403 };
}

function invalid(error: string): Refusal {
  return { type: "InvalidChannel", error, status: 400 };
}
