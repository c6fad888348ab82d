/**
 * The one table of business errors. Numbers are never reused; `errors.test.ts` pins them.
 * Ranges: 1xxx input and session, 2xxx gift and wallet, 3xxx red packet, 4xxx room and chat,
 * 5xxx finance, 6xxx operations, 9xxx internal.
 */
export interface ErrorDefinition {
  readonly code: number;
  /** tRPC error code, which fixes the HTTP status. */
  readonly trpc:
    | "BAD_REQUEST"
    | "UNAUTHORIZED"
    | "FORBIDDEN"
    | "NOT_FOUND"
    | "CONFLICT"
    | "PAYLOAD_TOO_LARGE"
    | "PRECONDITION_FAILED"
    | "TOO_MANY_REQUESTS"
    | "SERVICE_UNAVAILABLE"
    | "INTERNAL_SERVER_ERROR";
  /** English fallback; the UI translates by name. */
  readonly message: string;
  /** Whether repeating the same call later can succeed without the user changing anything. */
  readonly retryable: boolean;
}

export const ERRORS = {
  INVALID_INPUT: { code: 1000, trpc: "BAD_REQUEST", message: "The request is not valid.", retryable: false },
  UNAUTHENTICATED: { code: 1001, trpc: "UNAUTHORIZED", message: "Please sign in.", retryable: false },
  FORBIDDEN: { code: 1002, trpc: "FORBIDDEN", message: "You may not do this.", retryable: false },
  NOT_FOUND: { code: 1003, trpc: "NOT_FOUND", message: "Not found.", retryable: false },
  RATE_LIMITED: {
    code: 1004,
    trpc: "TOO_MANY_REQUESTS",
    message: "Too fast. Please wait a moment.",
    retryable: true,
  },
  REPLAYED: { code: 1005, trpc: "CONFLICT", message: "This request was already used.", retryable: false },
  SIGNATURE_INVALID: {
    code: 1006,
    trpc: "FORBIDDEN",
    message: "The signature is not valid.",
    retryable: false,
  },
  IP_BLOCKED: {
    code: 1007,
    trpc: "FORBIDDEN",
    message: "Access from this address is blocked.",
    retryable: false,
  },
  ORIGIN_REFUSED: {
    code: 1008,
    trpc: "FORBIDDEN",
    message: "The request came from another site.",
    retryable: false,
  },
  SMS_NOT_CONFIGURED: {
    code: 1010,
    trpc: "SERVICE_UNAVAILABLE",
    message: "No SMS provider is configured: set SMS_WEBHOOK_URL.",
    retryable: false,
  },
  SESSION_NOT_FRESH: {
    code: 1011,
    trpc: "PRECONDITION_FAILED",
    message: "For this, please sign in again.",
    retryable: false,
  },
  ONE_TIME_CODE_WRONG: {
    code: 1012,
    trpc: "BAD_REQUEST",
    message: "This code is not right.",
    retryable: false,
  },
  ONE_TIME_CODE_EXPIRED: {
    code: 1013,
    trpc: "BAD_REQUEST",
    message: "This code has expired, or was sent to another browser. Please ask for a new one.",
    retryable: false,
  },
  ONE_TIME_CODE_LOCKED: {
    code: 1014,
    trpc: "FORBIDDEN",
    message: "Too many wrong codes. Please ask for a new one.",
    retryable: false,
  },
  BODY_TOO_LARGE: {
    code: 1016,
    trpc: "PAYLOAD_TOO_LARGE",
    message: "The request is larger than it may be.",
    retryable: false,
  },
  PHONE_CHANGE_REFUSED: {
    code: 1015,
    trpc: "CONFLICT",
    message: "The phone number cannot be changed to this one.",
    retryable: false,
  },
  INSUFFICIENT_COINS: {
    code: 2000,
    trpc: "PRECONDITION_FAILED",
    message: "Not enough coins.",
    retryable: false,
  },
  GIFT_UNAVAILABLE: {
    code: 2001,
    trpc: "NOT_FOUND",
    message: "This gift is not available.",
    retryable: false,
  },
  GIFT_ORDER_CONFLICT: {
    code: 2002,
    trpc: "CONFLICT",
    message: "This gift order id was used for another gift.",
    retryable: false,
  },
  SPENDING_CAP_REACHED: {
    code: 2003,
    trpc: "PRECONDITION_FAILED",
    message: "Your spending limit is reached.",
    retryable: false,
  },
  GUEST_CANNOT_SPEND: {
    code: 2004,
    trpc: "FORBIDDEN",
    message: "Guests cannot spend coins. Please sign in.",
    retryable: false,
  },
  WALLET_FROZEN: { code: 2005, trpc: "FORBIDDEN", message: "This wallet is frozen.", retryable: false },
  SPENDING_CONFIRMATION_NEEDED: {
    code: 2006,
    trpc: "PRECONDITION_FAILED",
    message: "With this you have spent half of your limit. Please confirm.",
    retryable: false,
  },
  REFUND_CONFLICT: {
    code: 2007,
    trpc: "CONFLICT",
    message: "This gift was refunded before, or this refund id was used for another gift.",
    retryable: false,
  },
  NOTHING_TO_RECOVER: {
    code: 2008,
    trpc: "PRECONDITION_FAILED",
    message: "There are no coins to take back, or nothing is owed any more.",
    retryable: false,
  },
  RECHARGE_CONFLICT: {
    code: 2010,
    trpc: "CONFLICT",
    message: "This order id was used for another product.",
    retryable: false,
  },
  PAYMENT_MISMATCH: {
    code: 2011,
    trpc: "CONFLICT",
    message: "The payment does not fit its order.",
    retryable: false,
  },
  GIFT_FILE_REFUSED: {
    code: 2012,
    trpc: "BAD_REQUEST",
    message: "The effect file of this gift cannot be played.",
    retryable: false,
  },
  RAIN_NOT_READY: {
    code: 3000,
    trpc: "PRECONDITION_FAILED",
    message: "The rain is not ready.",
    retryable: false,
  },
  RAIN_NOT_STARTED: {
    code: 3001,
    trpc: "PRECONDITION_FAILED",
    message: "The rain has not started.",
    retryable: false,
  },
  RAIN_ENDED: { code: 3002, trpc: "PRECONDITION_FAILED", message: "The rain has ended.", retryable: false },
  RAIN_EMPTY: {
    code: 3003,
    trpc: "PRECONDITION_FAILED",
    message: "All red packets are gone.",
    retryable: false,
  },
  RAIN_ALREADY_CLAIMED: {
    code: 3004,
    trpc: "CONFLICT",
    message: "You already have your red packet.",
    retryable: false,
  },
  RAIN_WRONG_ROOM: {
    code: 3005,
    trpc: "FORBIDDEN",
    message: "This red packet belongs to another room.",
    retryable: false,
  },
  RAIN_INVALID_BUDGET: {
    code: 3006,
    trpc: "BAD_REQUEST",
    message: "The budget does not fit the number of packets.",
    retryable: false,
  },
  RAIN_STATE_CONFLICT: {
    code: 3007,
    trpc: "CONFLICT",
    message: "The rain is in another state.",
    retryable: false,
  },
  ROOM_NOT_LIVE: {
    code: 4000,
    trpc: "PRECONDITION_FAILED",
    message: "This room is not live.",
    retryable: false,
  },
  ROOM_BANNED: {
    code: 4001,
    trpc: "FORBIDDEN",
    message: "This room is closed by the platform.",
    retryable: false,
  },
  KICKED: { code: 4002, trpc: "FORBIDDEN", message: "You were removed from this room.", retryable: false },
  MUTED: { code: 4003, trpc: "FORBIDDEN", message: "You are muted in this room.", retryable: false },
  CHAT_REJECTED: {
    code: 4004,
    trpc: "BAD_REQUEST",
    message: "This message cannot be sent.",
    retryable: false,
  },
  TOO_MANY_RESTRICTIONS: {
    code: 4005,
    trpc: "PRECONDITION_FAILED",
    message: "Too many people are restricted in this room.",
    retryable: false,
  },
  TOO_MANY_FOLLOWED: {
    code: 4006,
    trpc: "PRECONDITION_FAILED",
    message: "You follow as many people as one may.",
    retryable: false,
  },
  MEDIA_HOST_REFUSED: {
    code: 4010,
    trpc: "BAD_REQUEST",
    message: "This platform shows nothing from that host.",
    retryable: false,
  },
  WITHDRAWAL_CONFLICT: {
    code: 5000,
    trpc: "CONFLICT",
    message: "This withdrawal id was used for another withdrawal.",
    retryable: false,
  },
  WITHDRAWAL_LIMIT: {
    code: 5001,
    trpc: "PRECONDITION_FAILED",
    message: "Outside the withdrawal limits.",
    retryable: false,
  },
  INSUFFICIENT_EARNINGS: {
    code: 5002,
    trpc: "PRECONDITION_FAILED",
    message: "Not enough earnings.",
    retryable: false,
  },
  SHARE_IN_PAST: {
    code: 5003,
    trpc: "BAD_REQUEST",
    message: "A share cannot start in the past.",
    retryable: false,
  },
  WITHDRAWAL_STATE_CONFLICT: {
    code: 5010,
    trpc: "CONFLICT",
    message: "The withdrawal is in another state.",
    retryable: false,
  },
  ACCOUNT_CODE_NEEDED: {
    code: 5020,
    trpc: "PRECONDITION_FAILED",
    message: "This account is new: a one-time code has to confirm it.",
    retryable: false,
  },
  ACCOUNT_CODE_WRONG: {
    code: 5021,
    trpc: "PRECONDITION_FAILED",
    message: "This code is wrong or has expired.",
    retryable: false,
  },
  PAYOUTS_HELD: {
    code: 5022,
    trpc: "PRECONDITION_FAILED",
    message: "Payouts to this account are stopped for now.",
    retryable: false,
  },
  JOB_UNKNOWN: { code: 6000, trpc: "NOT_FOUND", message: "No such job.", retryable: false },
  SIMULATOR_BUSY: {
    code: 6001,
    trpc: "CONFLICT",
    message: "The simulator is already running.",
    retryable: false,
  },
  SECOND_OPERATOR_NEEDED: {
    code: 6010,
    trpc: "PRECONDITION_FAILED",
    message: "A second operator has to agree to this.",
    retryable: false,
  },
  PROPOSAL_EXPIRED: {
    code: 6011,
    trpc: "PRECONDITION_FAILED",
    message: "This proposal has expired.",
    retryable: false,
  },
  PROPOSAL_STATE_CONFLICT: {
    code: 6012,
    trpc: "CONFLICT",
    message: "This proposal is in another state.",
    retryable: false,
  },
  SECOND_OPERATOR_MISSING: {
    code: 6013,
    trpc: "CONFLICT",
    message: "There is no second operator who could agree.",
    retryable: false,
  },
  LAST_OPERATOR: {
    code: 6020,
    trpc: "CONFLICT",
    message: "Nobody else could act as an operator then.",
    retryable: false,
  },
  DEAD_LETTER_CONFLICT: {
    code: 6030,
    trpc: "CONFLICT",
    message: "This was decided before, or cannot be done with this dead letter as it stands now.",
    retryable: false,
  },
  INTERNAL: {
    code: 9000,
    trpc: "INTERNAL_SERVER_ERROR",
    message: "Something went wrong on our side.",
    retryable: true,
  },
  UNAVAILABLE: {
    code: 9001,
    trpc: "SERVICE_UNAVAILABLE",
    message: "The service is busy. Nothing was lost; please try again.",
    retryable: true,
  },
} as const satisfies Record<string, ErrorDefinition>;

export type BizErrorName = keyof typeof ERRORS;

/** Facts that a client may show or act on. Never a cause, a stack or another user's data. */
export type BizErrorDetails = {
  field?: string;
  retryAfterMs?: number;
  [key: string]: string | number | boolean | undefined;
};

/** What a client finds at `error.data.biz`. */
export interface BizErrorShape {
  code: number;
  name: BizErrorName;
  message: string;
  details: BizErrorDetails;
  traceId: string;
}

/** Thrown by services for every refusal that a caller should understand. */
export class BizError extends Error {
  readonly code: number;
  readonly retryable: boolean;
  constructor(
    readonly bizName: BizErrorName,
    readonly details: BizErrorDetails = {},
    options?: { cause?: unknown },
  ) {
    super(ERRORS[bizName].message, options);
    this.name = "BizError";
    this.code = ERRORS[bizName].code;
    this.retryable = ERRORS[bizName].retryable;
  }
}
