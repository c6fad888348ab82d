import { expect, it } from "vitest";
import { BizError, ERRORS } from "./errors";

/**
 * Numbers as they were given out. Clients and logs know them: a line here is never changed and never removed, also when
 * its error goes; new ones are added.
 */
const GIVEN_OUT: Record<string, number> = {
  INVALID_INPUT: 1000,
  UNAUTHENTICATED: 1001,
  FORBIDDEN: 1002,
  NOT_FOUND: 1003,
  RATE_LIMITED: 1004,
  REPLAYED: 1005,
  SIGNATURE_INVALID: 1006,
  IP_BLOCKED: 1007,
  ORIGIN_REFUSED: 1008,
  SMS_NOT_CONFIGURED: 1010,
  SESSION_NOT_FRESH: 1011,
  ONE_TIME_CODE_WRONG: 1012,
  ONE_TIME_CODE_EXPIRED: 1013,
  ONE_TIME_CODE_LOCKED: 1014,
  PHONE_CHANGE_REFUSED: 1015,
  BODY_TOO_LARGE: 1016,
  PICTURE_REFUSED: 1017,
  INSUFFICIENT_COINS: 2000,
  GIFT_UNAVAILABLE: 2001,
  GIFT_ORDER_CONFLICT: 2002,
  SPENDING_CAP_REACHED: 2003,
  GUEST_CANNOT_SPEND: 2004,
  WALLET_FROZEN: 2005,
  SPENDING_CONFIRMATION_NEEDED: 2006,
  REFUND_CONFLICT: 2007,
  NOTHING_TO_RECOVER: 2008,
  RECHARGE_CONFLICT: 2010,
  PAYMENT_MISMATCH: 2011,
  GIFT_FILE_REFUSED: 2012,
  RAIN_NOT_READY: 3000,
  RAIN_NOT_STARTED: 3001,
  RAIN_ENDED: 3002,
  RAIN_EMPTY: 3003,
  RAIN_ALREADY_CLAIMED: 3004,
  RAIN_WRONG_ROOM: 3005,
  RAIN_INVALID_BUDGET: 3006,
  RAIN_STATE_CONFLICT: 3007,
  RAINS_STOPPED: 3010,
  ROOM_NOT_LIVE: 4000,
  ROOM_BANNED: 4001,
  KICKED: 4002,
  MUTED: 4003,
  CHAT_REJECTED: 4004,
  TOO_MANY_RESTRICTIONS: 4005,
  TOO_MANY_FOLLOWED: 4006,
  MEDIA_HOST_REFUSED: 4010,
  WITHDRAWAL_CONFLICT: 5000,
  WITHDRAWAL_LIMIT: 5001,
  INSUFFICIENT_EARNINGS: 5002,
  SHARE_IN_PAST: 5003,
  WITHDRAWAL_STATE_CONFLICT: 5010,
  ACCOUNT_CODE_NEEDED: 5020,
  ACCOUNT_CODE_WRONG: 5021,
  PAYOUTS_HELD: 5022,
  JOB_UNKNOWN: 6000,
  SETTING_UNKNOWN: 6050,
  SETTING_REFUSED: 6051,
  FEATURE_OFF: 6052,
  SIMULATOR_BUSY: 6001,
  SECOND_OPERATOR_NEEDED: 6010,
  PROPOSAL_EXPIRED: 6011,
  PROPOSAL_STATE_CONFLICT: 6012,
  SECOND_OPERATOR_MISSING: 6013,
  LAST_OPERATOR: 6020,
  DEAD_LETTER_CONFLICT: 6030,
  APPLICATION_CONFLICT: 6040,
  INTERNAL: 9000,
  UNAVAILABLE: 9001,
};

it("keeps every number that was given out, and pins each new one here", () => {
  for (const [name, { code }] of Object.entries(ERRORS))
    expect([name, GIVEN_OUT[name]]).toEqual([name, code]);
});

it("gives no number to two errors, not even to one that is gone", () => {
  const numbers = Object.values(GIVEN_OUT);
  expect(new Set(numbers).size).toBe(numbers.length);
});

it("carries number, name and whether to try again", () => {
  const error = new BizError("RATE_LIMITED", { retryAfterMs: 5 });
  expect(error).toMatchObject({ code: 1004, bizName: "RATE_LIMITED", retryable: true });
  expect(new BizError("INSUFFICIENT_COINS").retryable).toBe(false);
});
