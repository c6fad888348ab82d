import { env } from "@/platform/settings/env";
import { seedDemo } from "./seed-demo";

/** `node dist/seed.mjs`: puts the demo data in place; what is already there stays as it is. */
await seedDemo({ liveUrl: env().LIVE_DATABASE_URL, financeUrl: env().FINANCE_DATABASE_URL });
