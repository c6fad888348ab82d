import type { AccountRestrictionKind } from "../contracts/people";

/** What somebody may not do any more. */
export interface Stops {
  signIn: boolean;
  /** Gifts, rains and grants: the wallet pays nothing. */
  spending: boolean;
  /** The room is closed, listed nowhere and stays closed. */
  room: boolean;
  payouts: boolean;
}

/**
 * Each kind stops what the kinds after it do, but that a closed room and held payouts have nothing to do with each other:
 * `signIn` everything; `spending` all that moves money, and the room in which it would come in.
 */
const STOPPED_BY: Record<AccountRestrictionKind, Stops> = {
  signIn: { signIn: true, spending: true, room: true, payouts: true },
  spending: { signIn: false, spending: true, room: true, payouts: true },
  room: { signIn: false, spending: false, room: true, payouts: false },
  payouts: { signIn: false, spending: false, room: false, payouts: true },
};

/** What restrictions of these kinds come to together. */
export function stopsOf(kinds: readonly AccountRestrictionKind[]): Stops {
  const all = kinds.map((kind) => STOPPED_BY[kind]);
  return {
    signIn: all.some((stops) => stops.signIn),
    spending: all.some((stops) => stops.spending),
    room: all.some((stops) => stops.room),
    payouts: all.some((stops) => stops.payouts),
  };
}
