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

type Answer = ErrorDefinition["trpc"];
const refusal = <const C extends number, const A extends Answer>(code: C, trpc: A, message: string) =>
  ({ code, trpc, message, retryable: false }) as const;
/** The same call may succeed later. */
const repeatable = <const C extends number, const A extends Answer>(code: C, trpc: A, message: string) =>
  ({ code, trpc, message, retryable: true }) as const;

export const ERRORS = {
  INVALID_INPUT: refusal(1000, "BAD_REQUEST", "The request is not valid."),
  UNAUTHENTICATED: refusal(1001, "UNAUTHORIZED", "Please sign in."),
  FORBIDDEN: refusal(1002, "FORBIDDEN", "You may not do this."),
  NOT_FOUND: refusal(1003, "NOT_FOUND", "Not found."),
  RATE_LIMITED: repeatable(1004, "TOO_MANY_REQUESTS", "Too fast. Please wait a moment."),
  REPLAYED: refusal(1005, "CONFLICT", "This request was already used."),
  SIGNATURE_INVALID: refusal(1006, "FORBIDDEN", "The signature is not valid."),
  IP_BLOCKED: refusal(1007, "FORBIDDEN", "Access from this address is blocked."),
  ORIGIN_REFUSED: refusal(1008, "FORBIDDEN", "The request came from another site."),
  SMS_NOT_CONFIGURED: refusal(
    1010,
    "SERVICE_UNAVAILABLE",
    "No SMS provider is configured: set SMS_WEBHOOK_URL.",
  ),
  SESSION_NOT_FRESH: refusal(1011, "PRECONDITION_FAILED", "For this, please sign in again."),
  ONE_TIME_CODE_WRONG: refusal(1012, "BAD_REQUEST", "This code is not right."),
  ONE_TIME_CODE_EXPIRED: refusal(
    1013,
    "BAD_REQUEST",
    "This code has expired, or was sent to another browser. Please ask for a new one.",
  ),
  ONE_TIME_CODE_LOCKED: refusal(1014, "FORBIDDEN", "Too many wrong codes. Please ask for a new one."),
  BODY_TOO_LARGE: refusal(1016, "PAYLOAD_TOO_LARGE", "The request is larger than it may be."),
  PICTURE_REFUSED: refusal(1017, "BAD_REQUEST", "This picture cannot be taken."),
  SECOND_FACTOR_NEEDED: refusal(
    1018,
    "PRECONDITION_FAILED",
    "For this, please give a code of your second factor first.",
  ),
  PHONE_CHANGE_REFUSED: refusal(1015, "CONFLICT", "The phone number cannot be changed to this one."),
  INSUFFICIENT_COINS: refusal(2000, "PRECONDITION_FAILED", "Not enough coins."),
  GIFT_UNAVAILABLE: refusal(2001, "NOT_FOUND", "This gift is not available."),
  GIFT_ORDER_CONFLICT: refusal(2002, "CONFLICT", "This gift order id was used for another gift."),
  SPENDING_CAP_REACHED: refusal(2003, "PRECONDITION_FAILED", "Your spending limit is reached."),
  GUEST_CANNOT_SPEND: refusal(2004, "FORBIDDEN", "Guests cannot spend coins. Please sign in."),
  WALLET_FROZEN: refusal(2005, "FORBIDDEN", "This wallet is frozen."),
  SPENDING_CONFIRMATION_NEEDED: refusal(
    2006,
    "PRECONDITION_FAILED",
    "With this you have spent half of your limit. Please confirm.",
  ),
  REFUND_CONFLICT: refusal(
    2007,
    "CONFLICT",
    "This gift was refunded before, or this refund id was used for another gift.",
  ),
  NOTHING_TO_RECOVER: refusal(
    2008,
    "PRECONDITION_FAILED",
    "There are no coins to take back, or nothing is owed any more.",
  ),
  RECHARGE_CONFLICT: refusal(2010, "CONFLICT", "This order id was used for another product."),
  PAYMENT_MISMATCH: refusal(2011, "CONFLICT", "The payment does not fit its order."),
  GIFT_FILE_REFUSED: refusal(2012, "BAD_REQUEST", "The effect file of this gift cannot be played."),
  RAIN_NOT_READY: refusal(3000, "PRECONDITION_FAILED", "The rain is not ready."),
  RAIN_NOT_STARTED: refusal(3001, "PRECONDITION_FAILED", "The rain has not started."),
  RAIN_ENDED: refusal(3002, "PRECONDITION_FAILED", "The rain has ended."),
  RAIN_EMPTY: refusal(3003, "PRECONDITION_FAILED", "All red packets are gone."),
  RAIN_ALREADY_CLAIMED: refusal(3004, "CONFLICT", "You already have your red packet."),
  RAIN_WRONG_ROOM: refusal(3005, "FORBIDDEN", "This red packet belongs to another room."),
  RAIN_INVALID_BUDGET: refusal(3006, "BAD_REQUEST", "The budget does not fit the number of packets."),
  RAIN_STATE_CONFLICT: refusal(3007, "CONFLICT", "The rain is in another state."),
  RAINS_STOPPED: refusal(3010, "FORBIDDEN", "The right to rain was taken from this account."),
  ROOM_NOT_LIVE: refusal(4000, "PRECONDITION_FAILED", "This room is not live."),
  ROOM_BANNED: refusal(4001, "FORBIDDEN", "This room is closed by the platform."),
  KICKED: refusal(4002, "FORBIDDEN", "You were removed from this room."),
  MUTED: refusal(4003, "FORBIDDEN", "You are muted in this room."),
  CHAT_REJECTED: refusal(4004, "BAD_REQUEST", "This message cannot be sent."),
  TOO_MANY_RESTRICTIONS: refusal(4005, "PRECONDITION_FAILED", "Too many people are restricted in this room."),
  TOO_MANY_FOLLOWED: refusal(4006, "PRECONDITION_FAILED", "You follow as many people as one may."),
  FOLLOWERS_ONLY: refusal(4007, "FORBIDDEN", "Only who follows the anchor chats in this room."),
  TOO_MANY_MODERATORS: refusal(
    4008,
    "PRECONDITION_FAILED",
    "This room has as many moderators as one may have.",
  ),
  UNDO_TOO_LATE: refusal(4009, "CONFLICT", "This cannot be undone any more."),
  MEDIA_HOST_REFUSED: refusal(4010, "BAD_REQUEST", "This platform shows nothing from that host."),
  PK_BUSY: refusal(4020, "CONFLICT", "Somebody of this battle is busy."),
  PK_STATE_CONFLICT: refusal(4021, "CONFLICT", "The battle has moved on."),
  WITHDRAWAL_CONFLICT: refusal(5000, "CONFLICT", "This withdrawal id was used for another withdrawal."),
  WITHDRAWAL_LIMIT: refusal(5001, "PRECONDITION_FAILED", "Outside the withdrawal limits."),
  INSUFFICIENT_EARNINGS: refusal(5002, "PRECONDITION_FAILED", "Not enough earnings."),
  SHARE_IN_PAST: refusal(5003, "BAD_REQUEST", "A share cannot start in the past."),
  WITHDRAWAL_STATE_CONFLICT: refusal(5010, "CONFLICT", "The withdrawal is in another state."),
  ACCOUNT_CODE_NEEDED: refusal(
    5020,
    "PRECONDITION_FAILED",
    "This account is new: a one-time code has to confirm it.",
  ),
  ACCOUNT_CODE_WRONG: refusal(5021, "PRECONDITION_FAILED", "This code is wrong or has expired."),
  PAYOUTS_HELD: refusal(5022, "PRECONDITION_FAILED", "Payouts to this account are stopped for now."),
  JOB_UNKNOWN: refusal(6000, "NOT_FOUND", "No such job."),
  SETTING_UNKNOWN: refusal(6050, "NOT_FOUND", "There is no such setting, or only a restart changes it."),
  SETTING_REFUSED: refusal(6051, "BAD_REQUEST", "This setting cannot have this value."),
  FEATURE_OFF: refusal(6052, "PRECONDITION_FAILED", "This is switched off for now."),
  SIMULATOR_BUSY: refusal(6001, "CONFLICT", "The simulator is already running."),
  SECOND_OPERATOR_NEEDED: refusal(6010, "PRECONDITION_FAILED", "A second operator has to agree to this."),
  PROPOSAL_EXPIRED: refusal(6011, "PRECONDITION_FAILED", "This proposal has expired."),
  PROPOSAL_STATE_CONFLICT: refusal(6012, "CONFLICT", "This proposal is in another state."),
  SECOND_OPERATOR_MISSING: refusal(6013, "CONFLICT", "There is no second operator who could agree."),
  LAST_OPERATOR: refusal(6020, "CONFLICT", "Nobody else could act as an operator then."),
  APPLICATION_CONFLICT: refusal(6040, "CONFLICT", "This application was decided, or another one is open."),
  DEAD_LETTER_CONFLICT: refusal(
    6030,
    "CONFLICT",
    "This was decided before, or cannot be done with this dead letter as it stands now.",
  ),
  INTERNAL: repeatable(9000, "INTERNAL_SERVER_ERROR", "Something went wrong on our side."),
  UNAVAILABLE: repeatable(
    9001,
    "SERVICE_UNAVAILABLE",
    "The service is busy. Nothing was lost; please try again.",
  ),
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
