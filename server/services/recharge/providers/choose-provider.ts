import { defineHeld } from "@/platform/runtime/caches";
import type { Env } from "@/platform/settings/env";
import type { Resources } from "../../context";
import type { PaymentProvider } from "./payment-provider";
import { createSandboxProvider } from "./sandbox-provider";
import { createStripeProvider } from "./stripe-provider";

const CHOSEN = defineHeld(() => new WeakMap<Env, PaymentProvider>());

/** The provider that the settings name: one for each process, so that all its calls share one breaker. */
export function choosePaymentProvider({ env, live }: Pick<Resources, "env" | "live">): PaymentProvider {
  const chosen = live.caches.of(CHOSEN);
  let provider = chosen.get(env);
  if (!provider) {
    provider = env.PAYMENT_PROVIDER === "stripe" ? createStripeProvider(env) : createSandboxProvider(env);
    chosen.set(env, provider);
  }
  return provider;
}
