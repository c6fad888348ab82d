import { expireRechargeOrder, type OrderToAsk, takeOrdersToAsk } from "@/db/live/queries/recharge-asks";
import { settlePayment } from "@/db/live/queries/settle-recharge";
import { counter } from "@/platform/observability/metrics";
import { newTraceId } from "@/platform/observability/trace";
import { sharedNow } from "@/platform/runtime/shared-clock";
import type { Resources } from "../context";
import { announceWallet } from "../wallet/announce-wallet";
import { choosePaymentProvider } from "./providers/choose-provider";
import type { PaymentAnswer } from "./providers/payment-provider";

const asked = counter(
  "downpour_payment_asks_total",
  "Times a silent provider was asked, by what came of it",
  ["outcome"],
);

/** Asked beside each other; a provider that is away holds up no more than this. */
const ORDERS_AT_ONCE = 10;

type AskResources = Pick<Resources, "env" | "live" | "redis" | "push" | "log">;

/**
 * Asks the provider about every pending order that is due: those whose callback never came, and those whose time is over.
 * What was paid is credited; what was not paid in time expires, but only after the provider has said so. May run in
 * several processes at once, and may die anywhere. Returns how many orders were asked about.
 */
export async function askProviders(
  resources: AskResources,
  now: Date = sharedNow(),
  signal?: AbortSignal,
): Promise<number> {
  const provider = choosePaymentProvider(resources);
  let count = 0;
  while (!signal?.aborted) {
    const orders = await takeOrdersToAsk(resources.live, {
      provider: provider.name,
      now,
      limit: ORDERS_AT_ONCE,
    });
    await Promise.all(
      orders.map(async (order) => {
        const outcome = await askAbout(resources, order, now).catch((error: unknown) => {
          const { paymentId, traceId } = order;
          resources.log.warn(
            { reason: String(error), paymentId, traceId },
            "a payment could not be asked about",
          );
          return "unanswered";
        });
        asked.inc({ outcome });
      }),
    );
    count += orders.length;
    if (orders.length < ORDERS_AT_ONCE) break;
  }
  return count;
}

async function askAbout(resources: AskResources, order: OrderToAsk, now: Date): Promise<string> {
  const provider = choosePaymentProvider(resources);
  const answer = await provider.findPayment(order);
  const { state } = answer;
  if (state === "processing") return state;
  let outcome: string = state;
  if (state !== "open" && state !== "unknown") {
    outcome = await applyAnswer(resources, order, { ...answer, state });
    if (state !== "failed") return outcome;
  }
  const isOver = now >= order.expiresAt && (await expireRechargeOrder(resources.live, order.paymentId, now));
  return isOver ? "expired" : outcome;
}

async function applyAnswer(
  resources: AskResources,
  order: OrderToAsk,
  answer: PaymentAnswer & { state: "paid" | "failed" | "charged_back" },
): Promise<string> {
  const { state: kind, ...facts } = answer;
  // An act of its own: the person's trace ends with the order.
  const traceId = newTraceId();
  const settlement = await settlePayment(resources.live, {
    ...facts,
    isUnclear: false,
    kind,
    provider: choosePaymentProvider(resources).name,
    nonce: null,
    paymentId: order.paymentId,
    traceId,
    at: sharedNow(),
  });
  if ("refusal" in settlement) {
    const { paymentId } = order;
    resources.log.error(
      { refusal: settlement.refusal, kind, paymentId, traceId },
      "a provider's answer does not fit its order",
    );
    return settlement.refusal;
  }
  const { outcome, userId, orderId, walletChanged } = settlement;
  resources.log.info({ outcome, userId, orderId, traceId }, "a provider was asked about a payment");
  if (walletChanged) await announceWallet(resources, userId, kind === "paid" ? "recharge" : "adjustment");
  return outcome;
}
