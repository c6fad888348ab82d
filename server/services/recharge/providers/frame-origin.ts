import type { Env } from "@/platform/settings/env";

/**
 * From where the chosen provider lets its payment page be shown in a frame of ours; null: it wants a window of its own, as
 * Stripe's Checkout does. Apart from the adapters, which say the same, so that the pages need not load their libraries.
 */
export function frameOriginOf(env: Pick<Env, "PAYMENT_PROVIDER" | "PAYMENT_SANDBOX_URL">): string | null {
  return env.PAYMENT_PROVIDER === "sandbox" ? new URL(env.PAYMENT_SANDBOX_URL).origin : null;
}

/** Whether this page of a provider may be shown in a frame. */
export function mayFrame(frameOrigin: string | null, payUrl: string): boolean {
  return frameOrigin !== null && URL.canParse(payUrl) && new URL(payUrl).origin === frameOrigin;
}
