import { findPasswordWeakness } from "../security/weak-secret";
import type { CheckedSettings, Concerns, Report } from "./checked-settings";
import { type PushAddress, pushAddresses } from "./push-addresses";
import {
  decode,
  hostOf,
  isLoopback,
  listOf,
  mayBePlain,
  originOf,
  parseUrl,
  schemeOf,
} from "./setting-addresses";

/** https wherever something leaves this machine. */
export function checkAddresses(settings: CheckedSettings, concerns: Concerns, fault: Report): void {
  const isPlain = (url: string) => schemeOf(url) !== "https:" && !isLoopback(hostOf(url));
  const message = "must be https outside this machine";
  const urls = [
    ["pages", "PUBLIC_URL"],
    ["payouts", "PAYOUT_URL"],
    ["sessions", "SMS_WEBHOOK_URL"],
    ["databases", "ALARM_WEBHOOK_URL"],
    ["payments", "STRIPE_API_URL"],
    ["payments", "PAYMENT_SANDBOX_URL"],
    ["payments", "PAYMENT_SANDBOX_CALLBACK_URL"],
  ] as const;
  for (const [topic, name] of urls) {
    const url = settings[name];
    if (url && concerns(topic, name) && isPlain(url)) fault(name, message);
  }
  for (const origin of listOf(settings.TRUSTED_ORIGINS)) {
    if (originOf(origin) !== origin) fault("TRUSTED_ORIGINS", "must be origins such as https://example.org");
    else if (isPlain(origin)) fault("TRUSTED_ORIGINS", message);
  }
  if (settings.SMS_WEBHOOK_URL && !settings.SMS_WEBHOOK_SECRET)
    fault("SMS_WEBHOOK_SECRET", "must be set when SMS_WEBHOOK_URL is");
  if (settings.ALARM_WEBHOOK_URL && !settings.ALARM_WEBHOOK_SECRET)
    fault("ALARM_WEBHOOK_SECRET", "must be set when ALARM_WEBHOOK_URL is");
  const isFar = ({ host }: PushAddress) => !isLoopback(host) && !mayBePlain(settings, host);
  if (concerns("push", "PUSHER_HOST") && !settings.PUSHER_TLS && pushAddresses(settings).some(isFar))
    fault("PUSHER_TLS", "must be true when PUSHER_HOST or one of PUSH_API_ADDRESSES is not on this machine");
}

/** Databases and Redis: a password of their own, and TLS wherever they are not on this machine. */
export function checkStores(settings: CheckedSettings, concerns: Concerns, fault: Report): void {
  const databases = [
    "LIVE_DATABASE_URL",
    "FINANCE_DATABASE_URL",
    "LIVE_OWNER_DATABASE_URL",
    "FINANCE_OWNER_DATABASE_URL",
    "LIVE_READ_DATABASE_URL",
    "FINANCE_READ_DATABASE_URL",
  ] as const;
  for (const name of databases) {
    const text = settings[name];
    if (!text || !concerns("databases", name)) continue;
    const url = parseUrl(text);
    if (!url || !/^postgres(ql)?:$/.test(url.protocol)) {
      fault(name, "must be an address as postgres://user:password@host:port/database");
      continue;
    }
    const weakness = findPasswordWeakness(decode(url.password), decode(url.username));
    if (weakness) fault(name, weakness);
    const isTls = ["require", "verify-ca", "verify-full"].includes(url.searchParams.get("sslmode") ?? "");
    if (!isTls && !isLoopback(url.hostname) && !mayBePlain(settings, url.hostname))
      fault(name, "must have sslmode=verify-full (or require) when it is not on this machine");
  }
  for (const name of ["REDIS_URL", "PUSH_REDIS_URL"] as const) {
    const text = settings[name];
    if (!text) continue;
    const url = parseUrl(text);
    if (!url || !/^rediss?:$/.test(url.protocol)) {
      fault(name, "must be an address as rediss://:password@host:port/0");
      continue;
    }
    if (isLoopback(url.hostname)) continue;
    const weakness = findPasswordWeakness(decode(url.password), decode(url.username));
    if (weakness) fault(name, weakness);
    if (url.protocol !== "rediss:" && !mayBePlain(settings, url.hostname))
      fault(name, "must be rediss: when it is not on this machine");
  }
}
