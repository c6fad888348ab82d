import { checkAddresses, checkStores } from "./check-addresses";
import { checkSecrets } from "./check-secrets";
import {
  type CheckedSettings,
  type Concerns,
  type KnownSecrets,
  payoutProviderOf,
  type Report,
  type SettingFault,
  type Topic,
} from "./checked-settings";
import { hostOf, isLoopback, listOf, originOf, schemeOf } from "./setting-addresses";

/** What a process needs. What it does not is looked at when it is set, and may be missing. */
const TOPICS: Record<string, readonly Topic[]> = {
  "push-gateway": ["push"],
  "payment-sandbox": ["payments", "payouts"],
  /** Brings its own databases unless it is told of others. */
  start: ["sessions", "push", "data", "payments", "payouts", "pages"],
  migrate: ["data", "databases"],
  "rotate-keys": ["data", "databases"],
  audit: ["databases"],
  "recompute-pk": ["databases"],
  "write-blocked": ["databases"],
  "recount-analytics": ["databases"],
};
/** Processes and commands that make people and coins up. */
const SIMULATING = new Set(["simulator", "simulate"]);
const EVERYTHING: readonly Topic[] = [
  "sessions",
  "push",
  "data",
  "databases",
  "payments",
  "payouts",
  "pages",
];

/** What is wrong with the settings beyond their form, by variable. `given` is what was set, before defaults. */
export function findSettingFaults(
  settings: CheckedSettings,
  given: Readonly<Record<string, string | undefined>>,
  known: KnownSecrets,
  processName?: string,
): SettingFault[] {
  const topics = (processName !== undefined && TOPICS[processName]) || EVERYTHING;
  const faults: SettingFault[] = [];
  const fault = (name: string, message: string) => {
    if (!faults.some((other) => other.name === name && other.message === message))
      faults.push({ name, message });
  };
  if (settings.DOWNPOUR_MODE === "demo" || settings.DOWNPOUR_MODE === "development") {
    if (!settings.ALLOW_PUBLIC_DEMO_WITH_FREE_COINS) checkLoopbackOnly(settings, fault);
    return faults;
  }
  const concerns = (topic: Topic, name: keyof CheckedSettings) =>
    topics.includes(topic) || given[name] !== undefined;
  if (processName !== undefined && SIMULATING.has(processName))
    fault("DOWNPOUR_MODE", "must be demo or development: nobody simulates people where there are real ones");
  if (settings.NODE_ENV !== "production")
    fault("NODE_ENV", `must be "production" in ${settings.DOWNPOUR_MODE}`);
  checkProviders(settings, given, concerns, fault, processName);
  checkAddresses(settings, concerns, fault);
  checkStores(settings, concerns, fault);
  checkSecrets(settings, known, concerns, fault);
  return faults;
}

const PUBLIC_DEMO =
  "must stay on this machine (127.0.0.1 or localhost) unless DOWNPOUR_MODE is production or staging: a demo gives coins away and lets anybody in with a known code. ALLOW_PUBLIC_DEMO_WITH_FREE_COINS=true allows it";

function checkLoopbackOnly(settings: CheckedSettings, fault: Report): void {
  for (const name of ["BIND_HOST", "PUSH_API_HOST"] as const)
    if (!isLoopback(settings[name])) fault(name, PUBLIC_DEMO);
  for (const name of ["PUBLIC_URL", "PAYMENT_SANDBOX_URL", "PAYMENT_SANDBOX_CALLBACK_URL"] as const) {
    const url = settings[name];
    if (url && !isLoopback(hostOf(url))) fault(name, PUBLIC_DEMO);
  }
  for (const origin of listOf(settings.TRUSTED_ORIGINS))
    if (!isLoopback(hostOf(origin))) fault("TRUSTED_ORIGINS", PUBLIC_DEMO);
}

/** Who takes the money and who pays it out is named, and in production neither is the sandbox. */
function checkProviders(
  settings: CheckedSettings,
  given: Readonly<Record<string, string | undefined>>,
  concerns: Concerns,
  fault: Report,
  processName: string | undefined,
): void {
  const isProduction = settings.DOWNPOUR_MODE === "production";
  if (isProduction && processName === "payment-sandbox")
    fault("DOWNPOUR_MODE", "production never runs the payment sandbox; staging may");
  if (concerns("payments", "PAYMENT_PROVIDER") && processName !== "payment-sandbox") {
    if (given.PAYMENT_PROVIDER === undefined) fault("PAYMENT_PROVIDER", "must be named: stripe");
    else if (isProduction && settings.PAYMENT_PROVIDER === "sandbox")
      fault("PAYMENT_PROVIDER", "must not be the sandbox in production: it takes no money and gives coins");
  }
  if (concerns("payouts", "PAYOUT_PROVIDER") && processName !== "payment-sandbox") {
    const provider = payoutProviderOf(settings);
    if (isProduction && settings.PAYOUT_PROVIDER === "sandbox")
      fault("PAYOUT_PROVIDER", "must not be the sandbox in production: it pays nobody");
    else if (settings.PAYOUT_PROVIDER === undefined && !settings.PAYOUT_URL)
      fault("PAYOUT_URL", "must be set: who pays anchors out (in staging PAYOUT_PROVIDER=sandbox will do)");
    else if (provider === "http" && !settings.PAYOUT_URL)
      fault("PAYOUT_URL", "must be set for PAYOUT_PROVIDER=http");
    if (provider === "sandbox" && settings.PAYOUT_URL)
      fault("PAYOUT_PROVIDER", "is the sandbox, and PAYOUT_URL names another");
    if (
      isProduction &&
      settings.PAYOUT_URL &&
      originOf(settings.PAYOUT_URL) === originOf(settings.PAYMENT_SANDBOX_URL)
    )
      fault("PAYOUT_URL", "must not be the payment sandbox in production: it pays nobody");
  }
  if (!isProduction) return;
  if (settings.STRIPE_SECRET_KEY && !/^(sk|rk)_live_[\w]{16,}$/.test(settings.STRIPE_SECRET_KEY))
    fault("STRIPE_SECRET_KEY", "must be a live key (sk_live_… or rk_live_…) in production");
}

/** What is allowed and probably not meant. */
export function listSettingWarnings(
  settings: CheckedSettings & { TRUST_PROXY: boolean; ALLOW_APPLICATION_TO_REWRITE_LEDGER: boolean },
): string[] {
  const warnings: string[] = [];
  const isDemo = settings.DOWNPOUR_MODE === "demo" || settings.DOWNPOUR_MODE === "development";
  if (!settings.TRUST_PROXY && schemeOf(settings.PUBLIC_URL) === "https:" && isLoopback(settings.BIND_HOST))
    warnings.push(
      "TRUST_PROXY is not set, but a proxy seems to stand before this process: everybody has the proxy's address and shares its limits",
    );
  if (isDemo && settings.ALLOW_PUBLIC_DEMO_WITH_FREE_COINS)
    warnings.push(
      "ALLOW_PUBLIC_DEMO_WITH_FREE_COINS: anybody who reaches this demo has coins and may be its operator",
    );
  if (!isDemo && settings.ALLOW_APPLICATION_TO_REWRITE_LEDGER)
    warnings.push(
      "ALLOW_APPLICATION_TO_REWRITE_LEDGER: whoever has the application's password can rewrite the books",
    );
  return warnings;
}
