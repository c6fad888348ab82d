/** Keys and channels of the web process. None of them holds money. */

/** Pub/sub: a room opened, closed or changed; the message is its id. */
export const roomChangedChannel = "room:changed";
/** Recharge products changed: every process drops its copy. */
export const productsChangedChannel = "products:changed";
/** Room categories changed: every process drops its copy. */
export const categoriesChangedChannel = "categories:changed";
/** Pub/sub: sessions that ended before their time; the message is a `SessionNotice`. */
export const sessionEndedChannel = "session:ended";

/** Set once a chat message is in its room's log, so that a repeated call does not announce it again. */
export const chatAnnouncedKey = (senderId: string, messageId: string) =>
  `chat-announced:${senderId}:${messageId}`;
/** Stands for the moment in which a room was just told its board. */
export const topToldKey = (roomId: string) => `top-told:${roomId}`;
/** What the development SMS provider sent to a phone. */
export const devInboxKey = (phoneNumber: string) => `dev-inbox:${phoneNumber}`;
export const devInboxNoticeKey = (phoneNumber: string) => `dev-inbox:notice:${phoneNumber}`;
/** How far a user's latest writes went in the log of a database: its replicas serve that user from there on. */
export const writeMarkKey = (userId: string, database: "live" | "finance") => `wrote:${database}:${userId}`;
/** Hash: how many answers of all web processes were errors. */
export const answerTotalsKey = "answers";
/** Hash of one minute: calls of all web processes by procedure, and how long they took, in buckets. */
export const callsOfMinuteKey = (minute: number) => `calls:${minute}`;
/** List, the newest first: what the live graphs of the dashboard show. */
export const liveSamplesKey = "live-samples";
/** Written by a process, under a name of its own, to see whether Redis takes writes. */
export const readinessKey = (processId: string) => `ready:${processId}`;
/** Prefix of the counters that rate-limiter-flexible keeps for one rule. */
export const rateRulePrefix = (rule: string, windowSeconds: number) => `rate:${rule}:${windowSeconds}`;

/** What all web processes counted of one caller under a general limit; in one slot, so that many are told at once. */
export const sharedCountKey = (rule: string, windowSeconds: number, caller: string) =>
  `rate:{limits}:${rule}:${windowSeconds}:${caller}`;

/** A one-time code that waits to be typed: of a phone (its index) or of one flow, for one holder. */
export const oneTimeCodeKey = (of: string, holder: string) => `one-time-code:{${of}}:${holder}`;
/** Stands as long as a browser or an address counts as one that signed in with this phone. */
export const knownAskerKey = (phoneIndex: string, asker: string) => `known-asker:${phoneIndex}:${asker}`;
/** How often strangers asked for codes to a phone, and how often they tried some. */
export const codesAskedKey = (phoneIndex: string) => `codes-asked:${phoneIndex}`;
export const codeTriesKey = (phoneIndex: string) => `code-tries:${phoneIndex}`;
/** Messages sent in an hour. */
export const smsBudgetKey = (scope: string, hour: number) => `sms-budget:${scope}:${hour}`;
