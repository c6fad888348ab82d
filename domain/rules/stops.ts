import type { AccountRestrictionKind } from "../contracts/people";

/** What somebody may not do any more. */
export interface Stops {
  signIn: boolean;
  /** Gifts, rains and grants: the wallet pays nothing. */
  spending: boolean;
  /** The room is closed, listed nowhere and stays closed. */
  room: boolean;
  payouts: boolean;
  /** Rains are planned, prepared and started no more. */
  rains: boolean;
}

/**
 * Each kind stops what the kinds after it do, but that a closed room, held payouts and the right to rain have nothing to do with each other:
 * `signIn` everything; `spending` all that moves money, and the room in which it would come in.
 */
const STOPPED_BY: Record<AccountRestrictionKind, Stops> = {
  signIn: { signIn: true, spending: true, room: true, payouts: true, rains: true },
  spending: { signIn: false, spending: true, room: true, payouts: true, rains: true },
  room: { signIn: false, spending: false, room: true, payouts: false, rains: true },
  payouts: { signIn: false, spending: false, room: false, payouts: true, rains: false },
  rains: { signIn: false, spending: false, room: false, payouts: false, rains: true },
};

/** What restrictions of these kinds come to together. */
export function stopsOf(kinds: readonly AccountRestrictionKind[]): Stops {
  const all = kinds.map((kind) => STOPPED_BY[kind]);
  return {
    signIn: all.some((stops) => stops.signIn),
    spending: all.some((stops) => stops.spending),
    room: all.some((stops) => stops.room),
    payouts: all.some((stops) => stops.payouts),
    rains: all.some((stops) => stops.rains),
  };
}
