import { createHmac } from "node:crypto";

/** What Standard Webhooks (standardwebhooks.com) sends beside a body; receivers have libraries for it. */
interface WebhookHeaders extends Record<string, string> {
  /** The same for every try: who has seen it has seen the message. */
  "webhook-id": string;
  /** Seconds since 1970, of this try. */
  "webhook-timestamp": string;
  /** `v1,` and the base64 of HMAC-SHA256 over id, timestamp and body, with dots between. */
  "webhook-signature": string;
}

/** @param secret `whsec_` and the key in base64 */
export function signWebhook(
  secret: string,
  { id, timestampSeconds, body }: { id: string; timestampSeconds: number; body: string },
): WebhookHeaders {
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  const signature = createHmac("sha256", key).update(`${id}.${timestampSeconds}.${body}`).digest("base64");
  return {
    "webhook-id": id,
    "webhook-timestamp": String(timestampSeconds),
    "webhook-signature": `v1,${signature}`,
  };
}
