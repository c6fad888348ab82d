/** Keys and channels of the web process. None of them holds money. */

/** Pub/sub: a room opened, closed or changed; the message is its id. */
export const roomChangedChannel = "room:changed";
/** Pub/sub: sessions that ended before their time; the message is a `SessionNotice`. */
export const sessionEndedChannel = "session:ended";

/** Set once a chat message is in its room's log, so that a repeated call does not announce it again. */
export const chatAnnouncedKey = (senderId: string, messageId: string) =>
  `chat-announced:${senderId}:${messageId}`;
/** Most viewers seen at once in a session: a sorted set with one member. */
export const roomPeakKey = (sessionId: string) => `room-peak:${sessionId}`;
/** Stands for the moment in which a room was just told its board. */
export const topToldKey = (roomId: string) => `top-told:${roomId}`;
/** What the development SMS provider sent to a phone. */
export const devInboxKey = (phoneNumber: string) => `dev-inbox:${phoneNumber}`;
/** How far a user's latest writes went in the log of a database: its replicas serve that user from there on. */
export const writeMarkKey = (userId: string, database: "live" | "finance") => `wrote:${database}:${userId}`;
/** Prefix of the counters that rate-limiter-flexible keeps for one rule. */
export const rateRulePrefix = (rule: string, windowSeconds: number) => `rate:${rule}:${windowSeconds}`;
