import { resolve } from "node:path";
import { z } from "zod";
import { payoutProviderOf } from "@/platform/settings/checked-settings";
import { type Env, parseEnv } from "@/platform/settings/env";

/** Settings of `npm start` itself; those of the processes are in `platform/settings/env.ts`. */
export const StartEnvSchema = z.object({
  /** Where the embedded services keep their data. */
  DATA_DIR: z.string().min(1).default(".data"),
  EMBEDDED_POSTGRES_PORT: z.coerce.number().int().min(0).max(65535).default(54329),
  EMBEDDED_REDIS_PORT: z.coerce.number().int().min(0).max(65535).default(63799),
  /** Workers listen for health checks and metrics from this port upwards. */
  HEALTH_PORT_BASE: z.coerce.number().int().min(1024).max(65000).default(9101),
});

export interface StartSettings {
  dataDir: string;
  postgresPort: number;
  redisPort: number;
  healthPortBase: number;
  /** What the processes will read, as given and with defaults. */
  env: Env;
  /** The environment as given; handed on to the processes. */
  given: NodeJS.ProcessEnv;
}

/** @throws Error whose message names every variable at fault. */
export function readStartSettings(given: NodeJS.ProcessEnv): StartSettings {
  const env = parseEnv(given, "start");
  const result = StartEnvSchema.safeParse(given);
  if (!result.success) {
    const lines = result.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
    throw new Error(`Settings are not valid.\n  ${lines.join("\n  ")}`);
  }
  return {
    dataDir: resolve(result.data.DATA_DIR),
    postgresPort: result.data.EMBEDDED_POSTGRES_PORT,
    redisPort: result.data.EMBEDDED_REDIS_PORT,
    healthPortBase: result.data.HEALTH_PORT_BASE,
    env,
    given,
  };
}

/** With Pusher's own service in the settings, no gateway of ours is started. */
export function usesHostedPush(settings: StartSettings): boolean {
  return !["127.0.0.1", "localhost", "::1"].includes(settings.env.PUSHER_HOST);
}

/** With real providers of payments and payouts in the settings, no sandbox is started. */
export function usesPaymentSandbox(settings: StartSettings): boolean {
  return settings.env.PAYMENT_PROVIDER === "sandbox" || payoutProviderOf(settings.env) === "sandbox";
}
