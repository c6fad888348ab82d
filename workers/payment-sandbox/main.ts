import { createHealth, startHealthServer } from "@/platform/observability/health";
import { createLog } from "@/platform/observability/log";
import { startMetrics } from "@/platform/observability/metrics";
import { runUntilSignalled } from "@/platform/runtime/process";
import { env, isDemoMode } from "@/platform/settings/env";
import { startSandbox } from "./server";

/** A stand-in for a payment provider, as a process of its own. It shares nothing with the platform but a secret. */
const settings = env("payment-sandbox");
const log = createLog("payment-sandbox");
startMetrics("payment-sandbox");

const sandbox = await startSandbox({
  host: settings.BIND_HOST,
  port: settings.PAYMENT_SANDBOX_PORT,
  publicUrl: settings.PAYMENT_SANDBOX_URL,
  callbackUrl:
    settings.PAYMENT_SANDBOX_CALLBACK_URL ?? new URL("/api/callbacks/payment", settings.PUBLIC_URL).href,
  secret: settings.PAYMENT_SANDBOX_SECRET,
  mischief: settings.PAYMENT_SANDBOX_MISCHIEF,
  file: settings.PAYMENT_SANDBOX_FILE,
  isProduction: !isDemoMode(settings),
  payouts: {
    callbackUrl: new URL(
      "/api/callbacks/payout",
      settings.PAYMENT_SANDBOX_CALLBACK_URL ?? settings.PUBLIC_URL,
    ).href,
    secret: settings.PAYOUT_SECRET,
    file: settings.PAYMENT_SANDBOX_FILE && `${settings.PAYMENT_SANDBOX_FILE}.payouts`,
  },
  log,
});
log.info({ url: sandbox.url, mischief: settings.PAYMENT_SANDBOX_MISCHIEF }, "taking payments that are none");
const health = await startHealthServer({
  host: settings.HEALTH_HOST,
  port: settings.HEALTH_PORT,
  health: createHealth({}),
});
runUntilSignalled(log, async () => {
  await sandbox.close();
  await health.close();
});
