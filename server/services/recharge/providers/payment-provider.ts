import type { SaidFact } from "@/db/live/queries/payment-events";
import type { PaymentKind } from "@/domain/contracts/recharge";
import type { ReceivedMessage } from "@/platform/security/signed-message";

/** What a provider needs to know to take money. The same `paymentId` never makes two payments. */
export interface PaymentRequest {
  paymentId: string;
  amountFen: number;
  coins: number;
  /** Where the person goes afterwards, whatever happened. */
  returnUrl: string;
  /** Nothing may be paid after this. */
  payUntil: Date;
}

export interface CreatedPayment {
  /** The provider's own id of the payment. */
  providerRef: string;
  payUrl: string;
}

/**
 * How a payment stands at the provider. `open`: nobody paid yet; `processing`: the money is on its way; `unknown`: the
 * provider never heard of it.
 */
export interface PaymentAnswer {
  state: PaymentKind | "open" | "processing" | "unknown";
  /** In fen of CNY; null for another currency or when the provider names none. */
  amountFen: number | null;
  providerRef: string | null;
  /** The provider's id of the charge, once there is one. */
  chargeRef: string | null;
  reason: string | null;
  /** What besides is known of money that went back, or may. */
  facts: SaidFact[];
}

export interface PaymentCallback {
  /** Of this very message: a message that is sent again has another. */
  nonce: string;
  /** `life`: it only says that money goes back, or may; `other`: nothing that concerns us. */
  kind: PaymentKind | "life" | "other";
  facts: SaidFact[];
  /** Something in it means nothing to us. */
  isUnclear: boolean;
  paymentId: string | null;
  amountFen: number | null;
  providerRef: string | null;
  chargeRef: string | null;
  reason: string | null;
}

/** Who takes the money. Calls out throw UNAVAILABLE when the provider does not answer in time or answers nonsense. */
export interface PaymentProvider {
  readonly name: "sandbox" | "stripe";
  /** From where its payment page may be shown in a frame of ours; null: it wants a window of its own. */
  readonly frameOrigin: string | null;
  createPayment(request: PaymentRequest): Promise<CreatedPayment>;
  findPayment(payment: { paymentId: string; providerRef: string | null }): Promise<PaymentAnswer>;
  /** Throws SIGNATURE_INVALID for what the provider did not sign within the last minutes, INVALID_INPUT for nonsense. */
  parseCallback(message: ReceivedMessage, nowMs: number): PaymentCallback;
  /** Which of our payments a charge belongs to that we do not know; null when the provider does not say. */
  locatePayment(chargeRef: string): Promise<{ paymentId: string; chargeRef: string } | null>;
}
