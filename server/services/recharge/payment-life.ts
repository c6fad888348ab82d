import { readPaymentLife } from "@/db/live/queries/payment-life";
import { BizError } from "@/domain/contracts/errors";
import type { PaymentLife, PaymentLifeInput } from "@/domain/contracts/recharge";
import type { SignedInCtx } from "../context";

/** Everything that became of a payment, for operators. Throws NOT_FOUND. */
export async function getPaymentLife(ctx: SignedInCtx, input: PaymentLifeInput): Promise<PaymentLife> {
  const life = await readPaymentLife(ctx.live, input.paymentId);
  if (!life) throw new BizError("NOT_FOUND", { field: "paymentId" });
  return life;
}
