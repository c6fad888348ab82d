import type { PaymentStanding } from "../contracts/recharge";

/**
 * Something that a provider has said about money that goes back, or may. Amounts are in fen of CNY; null where none was
 * named that we can read, or in another currency: that stands for the whole payment.
 */
export type StopFact = { amountFen: number | null; saidAtMs: number } & (
  | { kind: "refund"; ref: string; state: "live" | "dead" }
  /** All refunds of the payment together, at some moment. */
  | { kind: "refund_total"; ref: ""; state: "live" }
  | { kind: "dispute"; ref: string; state: DisputeState }
  | { kind: "fraud_warning"; ref: string; state: "live" }
);

export type DisputeState = "inquiry" | "inquiry_closed" | "open" | "won" | "lost";

/** A dispute of which only is known that there is one: it stands as long as none is known by its name. */
export const UNNAMED_DISPUTE = "";

export interface Standing {
  name: PaymentStanding;
  /** Refunded and disputed without being won, never more than the price. */
  owedFen: number;
  refundedFen: number;
  /** Of disputes that are open or lost. */
  disputedFen: number;
  /** Money may go back although none has: spending stops, nothing is taken. */
  hasInquiry: boolean;
  isWarned: boolean;
}

/** What decides between words about one dispute that were said at the same time, or at no known time. */
const RANKS: Record<DisputeState, number> = { inquiry: 0, inquiry_closed: 1, open: 2, won: 3, lost: 4 };

/**
 * How a payment stands, from all that its provider has said. Depends on nothing but the set of facts: their order and
 * their number do not matter. Of each refund and each dispute the latest word counts, and its largest amount. Pure.
 */
export function foldStanding(priceFen: number, facts: readonly StopFact[]): Standing {
  const part = (fen: number | null) => (fen === null ? priceFen : Math.min(Math.max(fen, 0), priceFen));
  const add = (sum: number, fen: number) => Math.min(priceFen, sum + fen);

  const refunds = new Map<string, { fen: number; isDead: boolean }>();
  const disputes = new Map<string, { fen: number; state: DisputeState; saidAtMs: number }>();
  let totalFen = 0;
  let isWarned = false;
  for (const fact of facts) {
    const fen = part(fact.amountFen);
    if (fact.kind === "refund") {
      const known = refunds.get(fact.ref);
      const isDead = fact.state === "dead" || known?.isDead === true;
      refunds.set(fact.ref, { fen: Math.max(fen, known?.fen ?? 0), isDead });
    } else if (fact.kind === "refund_total") {
      totalFen = Math.max(totalFen, fen);
    } else if (fact.kind === "dispute") {
      const known = disputes.get(fact.ref);
      const { state, saidAtMs } = known && !isLater(fact, known) ? known : fact;
      disputes.set(fact.ref, { fen: Math.max(fen, known?.fen ?? 0), state, saidAtMs });
    } else {
      isWarned = true;
    }
  }
  if (disputes.size > 1) disputes.delete(UNNAMED_DISPUTE);

  const sumOf = (isDead: boolean) =>
    [...refunds.values()].filter((r) => r.isDead === isDead).reduce((sum, r) => add(sum, r.fen), 0);
  // A total may count refunds that failed afterwards, and know of some that were never told one by one.
  const refundedFen = Math.max(sumOf(false), totalFen - sumOf(true));
  const standing = [...disputes.values()].filter(({ state }) => state === "open" || state === "lost");
  const disputedFen = standing.reduce((sum, d) => add(sum, d.fen), 0);
  const states = new Set([...disputes.values()].map(({ state }) => state));
  const amounts = { refundedFen, disputedFen, owedFen: add(refundedFen, disputedFen) };
  const alerts = { hasInquiry: states.has("inquiry"), isWarned };
  return { name: nameOf(priceFen, states, { ...amounts, ...alerts }), ...amounts, ...alerts };
}

function isLater(
  one: { state: DisputeState; saidAtMs: number },
  other: { state: DisputeState; saidAtMs: number },
): boolean {
  return one.saidAtMs === other.saidAtMs
    ? RANKS[one.state] > RANKS[other.state]
    : one.saidAtMs > other.saidAtMs;
}

function nameOf(
  priceFen: number,
  disputes: ReadonlySet<DisputeState>,
  { refundedFen, disputedFen, owedFen, hasInquiry, isWarned }: Omit<Standing, "name">,
): PaymentStanding {
  if (disputes.has("open")) return disputedFen < priceFen ? "partly_disputed" : "disputed";
  if (disputes.has("lost")) return "lost";
  if (hasInquiry) return "inquiry";
  if (owedFen > 0) return refundedFen < priceFen ? "partly_refunded" : "refunded";
  if (isWarned) return "fraud_warning";
  return disputes.has("won") ? "won" : "clear";
}

/** The coins that belong to a part of the price: exactly all for the whole, and no part of a coin is given away. */
export function coinsOwed(order: { coins: number; amountFen: number }, owedFen: number): number {
  if (owedFen >= order.amountFen) return order.coins;
  const product = BigInt(order.coins) * BigInt(Math.max(owedFen, 0));
  const price = BigInt(order.amountFen);
  return Number((product + price - 1n) / price);
}

/** Whether more may go back than was known before: then spending stops, whatever was decided in between. */
export function isWorse(after: Standing, before: Standing): boolean {
  return (
    after.owedFen > before.owedFen ||
    after.disputedFen > before.disputedFen ||
    (after.hasInquiry && !before.hasInquiry) ||
    (after.isWarned && !before.isWarned)
  );
}

/** Nothing more is to be looked at once what is owed has been taken: a refund is over then, a dispute that stands is not. */
export function isOver({ disputedFen, hasInquiry, isWarned }: Standing): boolean {
  return disputedFen === 0 && !hasInquiry && !isWarned;
}
