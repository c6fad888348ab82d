/** The settings that are looked at, as parsed. */
export interface CheckedSettings {
  DOWNPOUR_MODE: "demo" | "development" | "staging" | "production";
  NODE_ENV: string;
  BIND_HOST: string;
  PUSH_API_HOST: string;
  PUBLIC_URL: string;
  TRUSTED_ORIGINS: string;
  ALLOW_PUBLIC_DEMO_WITH_FREE_COINS: boolean;
  ALLOW_PLAINTEXT_ON_PRIVATE_NETWORK: boolean;
  LIVE_DATABASE_URL: string;
  FINANCE_DATABASE_URL: string;
  LIVE_OWNER_DATABASE_URL?: string;
  FINANCE_OWNER_DATABASE_URL?: string;
  LIVE_READ_DATABASE_URL?: string;
  FINANCE_READ_DATABASE_URL?: string;
  REDIS_URL: string;
  PUSH_REDIS_URL: string;
  AUTH_SECRET: string;
  DATA_KEYS: string;
  BLIND_INDEX_KEY: string;
  SMS_WEBHOOK_URL?: string;
  SMS_WEBHOOK_SECRET?: string;
  ALARM_WEBHOOK_URL?: string;
  ALARM_WEBHOOK_SECRET?: string;
  PUSHER_KEY: string;
  PUSHER_SECRET: string;
  PUSHER_HOST: string;
  PUSHER_PORT: number;
  PUSH_API_PORT?: number;
  PUSH_API_ADDRESSES?: string;
  PUSHER_TLS: boolean;
  PUSH_APPS?: string;
  PAYMENT_PROVIDER: "sandbox" | "stripe";
  PAYMENT_SANDBOX_URL: string;
  PAYMENT_SANDBOX_CALLBACK_URL?: string;
  PAYMENT_SANDBOX_SECRET: string;
  PAYOUT_PROVIDER?: "sandbox" | "http";
  PAYOUT_URL?: string;
  PAYOUT_SECRET: string;
  STRIPE_SECRET_KEY?: string;
  STRIPE_WEBHOOK_SECRET?: string;
  STRIPE_API_URL: string;
}
type Name = keyof CheckedSettings;

export interface SettingFault {
  name: string;
  /** Never repeats the setting. */
  message: string;
}

/** Values that are in the source and the documents: whoever has read them has the secret. */
export type KnownSecrets = readonly string[];

/** What settings are about. */
export type Topic = "sessions" | "push" | "data" | "databases" | "payments" | "payouts" | "pages";
export type Report = (name: string, message: string) => void;
export type Concerns = (topic: Topic, name: Name) => boolean;

/** Who pays out: named, or whoever the address says. */
export function payoutProviderOf({
  PAYOUT_PROVIDER,
  PAYOUT_URL,
}: Pick<CheckedSettings, "PAYOUT_PROVIDER" | "PAYOUT_URL">): "sandbox" | "http" {
  return PAYOUT_PROVIDER ?? (PAYOUT_URL ? "http" : "sandbox");
}
