import type { RechargeStatus } from "../contracts/recharge";

export interface PaymentFact {
  kind: "paid" | "failed";
  /** In fen of CNY; null when the provider named no amount or another currency. */
  amountFen: number | null;
  /** The provider's own id of the payment, where it says so. */
  providerRef: string | null;
}

interface OrderFacts {
  status: RechargeStatus;
  amountFen: number;
  providerRef: string | null;
}

export interface PaymentDecision {
  /** The order's state from now on; null leaves it as it is. */
  status: "paid" | "failed" | null;
  /** Whether the coins go into the wallet now. */
  credits: boolean;
}

const NOTHING: PaymentDecision = { status: null, credits: false };

/**
 * What a genuine statement of the provider that money came, or did not, does to an order, in whatever order statements
 * come: money that came is credited, also after "failed" or after the order expired, and once. Returns "mismatch" for
 * another amount or another payment. What goes back is for `payment-standing` to say.
 */
export function decidePayment(order: OrderFacts, fact: PaymentFact): PaymentDecision | "mismatch" {
  const isPaid = order.status === "paid" || order.status === "charged_back";
  if (order.providerRef !== null && fact.providerRef !== null && order.providerRef !== fact.providerRef)
    return "mismatch";
  // A payment that failed may name no amount.
  const mayLackAmount = fact.kind === "failed" && fact.amountFen === null;
  if (!mayLackAmount && fact.amountFen !== order.amountFen) return "mismatch";
  if (fact.kind === "paid") return isPaid ? NOTHING : { status: "paid", credits: true };
  return order.status === "pending" ? { status: "failed", credits: false } : NOTHING;
}

const FIRST_ASK_MS = 30_000;
const ASK_PAUSE_MS_MAX = 15 * 60_000;
const LATE_ASK_PAUSE_MS_MAX = 5 * 60_000;

/** How long the provider has to say something before it is asked. */
export function firstAskAt(createdAt: Date): Date {
  return new Date(createdAt.getTime() + FIRST_ASK_MS);
}

/**
 * When to ask next after `asks` times: pauses double up to a quarter of an hour, and the moment of expiry is never slept
 * through, because then the provider has the last word.
 */
export function nextAskAt(now: Date, asks: number, expiresAt: Date): Date {
  const pauseMs = FIRST_ASK_MS * 2 ** Math.min(asks, 20);
  if (now >= expiresAt) return new Date(now.getTime() + Math.min(pauseMs, LATE_ASK_PAUSE_MS_MAX));
  const nextMs = now.getTime() + Math.min(pauseMs, ASK_PAUSE_MS_MAX);
  return new Date(Math.min(nextMs, expiresAt.getTime()));
}
