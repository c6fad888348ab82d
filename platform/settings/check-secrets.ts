import { parseDataKeys } from "../security/data-keys";
import { findKeyWeakness, findWeakness, overlaps } from "../security/weak-secret";
import {
  type CheckedSettings,
  type Concerns,
  type KnownSecrets,
  payoutProviderOf,
  type Report,
} from "./checked-settings";
import { decode, parseUrl } from "./setting-addresses";

interface Secret {
  name: string;
  value: string;
  weakness: string | null;
}

/** Each secret made by a machine, known to nobody, and like no other. */
export function checkSecrets(
  settings: CheckedSettings,
  known: KnownSecrets,
  concerns: Concerns,
  fault: Report,
): void {
  const secrets = listSecrets(settings, concerns);
  for (const { name, value, weakness } of secrets) {
    if (known.some((one) => overlaps(one, value)))
      fault(name, "must not be the one from the source or the documents");
    else if (weakness) fault(name, weakness);
  }
  for (const [i, one] of secrets.entries()) {
    for (const other of secrets.slice(i + 1)) {
      if (!overlaps(one.value, other.value)) continue;
      fault(
        one.name,
        one.name === other.name ? "must not hold two that are alike" : `must not be like ${other.name}`,
      );
      fault(
        other.name,
        one.name === other.name ? "must not hold two that are alike" : `must not be like ${one.name}`,
      );
    }
  }
  if (concerns("push", "PUSHER_KEY") && known.some((one) => overlaps(one, settings.PUSHER_KEY)))
    fault("PUSHER_KEY", "must be set: a key of your own");
  for (const name of ["LIVE_DATABASE_URL", "FINANCE_DATABASE_URL", "REDIS_URL", "PUSH_REDIS_URL"] as const) {
    const password = decode(parseUrl(settings[name])?.password ?? "");
    if (password.length < 8) continue;
    for (const { name: other, value } of secrets)
      if (overlaps(password, value)) fault(other, `must not be like the password in ${name}`);
  }
}

function listSecrets(settings: CheckedSettings, concerns: Concerns): Secret[] {
  const secrets: Secret[] = [];
  const add = (name: string, value: string, weakness: string | null) =>
    secrets.push({ name, value, weakness });
  // Hosted Pusher makes its secrets itself: 20 characters.
  const pusherBytesMin = settings.PUSHER_HOST.endsWith(".pusher.com") ? 20 : 32;
  const usesSandbox = settings.PAYMENT_PROVIDER === "sandbox" || payoutProviderOf(settings) === "sandbox";
  if (concerns("sessions", "AUTH_SECRET"))
    add("AUTH_SECRET", settings.AUTH_SECRET, findWeakness(settings.AUTH_SECRET));
  if (concerns("push", "PUSHER_SECRET"))
    add("PUSHER_SECRET", settings.PUSHER_SECRET, findWeakness(settings.PUSHER_SECRET, pusherBytesMin));
  if (concerns("payouts", "PAYOUT_SECRET"))
    add("PAYOUT_SECRET", settings.PAYOUT_SECRET, findWeakness(settings.PAYOUT_SECRET));
  if (usesSandbox ? concerns("payments", "PAYMENT_SANDBOX_SECRET") : false)
    add(
      "PAYMENT_SANDBOX_SECRET",
      settings.PAYMENT_SANDBOX_SECRET,
      findWeakness(settings.PAYMENT_SANDBOX_SECRET),
    );
  if (settings.SMS_WEBHOOK_SECRET)
    add("SMS_WEBHOOK_SECRET", settings.SMS_WEBHOOK_SECRET, findWeakness(settings.SMS_WEBHOOK_SECRET));
  if (settings.ALARM_WEBHOOK_SECRET)
    add(
      "ALARM_WEBHOOK_SECRET",
      settings.ALARM_WEBHOOK_SECRET,
      findKeyWeakness(settings.ALARM_WEBHOOK_SECRET.replace(/^whsec_/, "")),
    );
  if (settings.STRIPE_SECRET_KEY)
    add(
      "STRIPE_SECRET_KEY",
      settings.STRIPE_SECRET_KEY,
      findStripeWeakness(settings.STRIPE_SECRET_KEY, /^[sr]k_(live|test)_/),
    );
  if (settings.STRIPE_WEBHOOK_SECRET)
    add(
      "STRIPE_WEBHOOK_SECRET",
      settings.STRIPE_WEBHOOK_SECRET,
      findStripeWeakness(settings.STRIPE_WEBHOOK_SECRET, /^whsec_/),
    );
  if (concerns("data", "DATA_KEYS"))
    for (const { key } of parseDataKeys(settings.DATA_KEYS)) {
      const base64 = key.export().toString("base64");
      add("DATA_KEYS", base64, findKeyWeakness(base64));
    }
  if (concerns("data", "BLIND_INDEX_KEY"))
    add("BLIND_INDEX_KEY", settings.BLIND_INDEX_KEY, findKeyWeakness(settings.BLIND_INDEX_KEY));
  for (const value of readAppSecrets(settings.PUSH_APPS)) {
    // The first app may be listed again with what else it has.
    if (value !== settings.PUSHER_SECRET) add("PUSH_APPS", value, findWeakness(value));
  }
  return secrets;
}

/** Stripe makes its own; what is left without the word before it has to look so. */
function findStripeWeakness(secret: string, prefix: RegExp): string | null {
  if (!prefix.test(secret)) return "must be as Stripe shows it (sk_live_… or rk_live_…, whsec_…)";
  return findWeakness(secret.replace(prefix, ""), 16);
}

function readAppSecrets(json: string | undefined): string[] {
  if (!json) return [];
  try {
    const parsed = JSON.parse(json) as unknown;
    const apps = Array.isArray(parsed) ? parsed : Object.values(parsed as object).flat();
    return apps.flatMap((app) => {
      const secret = (app as { secret?: unknown } | null)?.secret;
      return typeof secret === "string" ? [secret] : [];
    });
  } catch {
    // The gateway says what is wrong with the form.
    return [];
  }
}
