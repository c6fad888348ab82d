/** What is wrong; each rule has a planted fault in the tests that it finds. */
export type Rule =
  | "acknowledged-lost"
  | "recorded-twice"
  | "failed-not-recorded"
  | "failed-but-paid"
  | "settled-not-recorded"
  | "refused-but-paid"
  | "unresolved"
  | "wrong-at-last"
  | "went-back"
  | "wrong-price"
  | "paid-not-once"
  | "not-settled-once"
  | "cursor-beyond-feed"
  | "gap"
  | "unasked"
  | "wrong-balance"
  | "coins-from-nowhere"
  | "packet-shown-twice"
  | "won-not-credited"
  | "refused-but-credited"
  | "packet-credited-twice";

export interface Violation {
  rule: Rule;
  /** Of the operation, wallet or bucket. */
  subject: string;
  detail: string;
}

/** Ids are scoped by who made them. */
export const keyOf = (id: string, userId: string): string => `${id} ${userId}`;
