import { randomBytes } from "node:crypto";

/** Settings with which production starts, addresses of databases and Redis apart; every secret is a new one. */
export function productionSettings() {
  const secret = () => randomBytes(32).toString("hex");
  const key = () => randomBytes(32).toString("base64");
  return {
    DOWNPOUR_MODE: "production",
    NODE_ENV: "production",
    PUBLIC_URL: "https://live.company.org",
    TRUST_PROXY: "true",
    AUTH_SECRET: secret(),
    DATA_KEYS: `k1:${key()}`,
    BLIND_INDEX_KEY: key(),
    PUSHER_KEY: randomBytes(10).toString("hex"),
    PUSHER_SECRET: secret(),
    PAYMENT_PROVIDER: "stripe",
    STRIPE_SECRET_KEY: `sk_live_${secret()}`,
    STRIPE_WEBHOOK_SECRET: `whsec_${secret()}`,
    PAYOUT_URL: "https://payouts.company.org",
    PAYOUT_SECRET: secret(),
  };
}
