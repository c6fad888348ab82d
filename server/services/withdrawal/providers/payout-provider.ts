import type { PayoutAccount } from "@/domain/contracts/payout-account";
import type { PayoutAnswer } from "@/domain/rules/payout";
import type { ReceivedMessage } from "@/platform/security/signed-message";

export interface PayoutOrder {
  payoutId: string;
  amountFen: number;
  account: PayoutAccount;
}

export interface PayoutCallback extends PayoutAnswer {
  /** Of this very message: a message that is sent again has another. */
  nonce: string;
  payoutId: string;
}

/**
 * Who pays anchors out. One payout id is paid at most once, however often it is asked for, and a refusal of it is final:
 * that is what every implementation has to promise. Calls throw UNAVAILABLE when no answer came in time or nonsense did,
 * and then the payout may have been made.
 */
export interface PayoutProvider {
  readonly name: string;
  pay(order: PayoutOrder): Promise<PayoutAnswer>;
  find(payoutId: string): Promise<PayoutAnswer>;
  /** Throws SIGNATURE_INVALID for what the provider did not sign within the last minutes, INVALID_INPUT for nonsense. */
  parseCallback(message: ReceivedMessage, nowMs: number): PayoutCallback;
}
