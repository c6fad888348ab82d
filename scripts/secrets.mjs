/** `npm run secrets`: prints a fresh set of secrets for production as lines of an `.env` file. Nothing is kept. */
import { randomBytes } from "node:crypto";

const hex = (bytes) => randomBytes(bytes).toString("hex");
const key = () => randomBytes(32).toString("base64");

console.log(`AUTH_SECRET=${hex(32)}
PUSHER_KEY=${hex(10)}
PUSHER_SECRET=${hex(32)}
DATA_KEYS=k1:${key()}
BLIND_INDEX_KEY=${key()}
PAYOUT_SECRET=${hex(32)}
SMS_WEBHOOK_SECRET=${hex(32)}
# In staging with the payment sandbox:
# PAYMENT_SANDBOX_SECRET=${hex(32)}`);
