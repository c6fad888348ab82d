import { accessSync, constants, mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { startPostgres } from "@/stack/services/postgres";
import { startRedis } from "@/stack/services/redis";
import type { MigrationUrls } from "../lib/migrate-all";
import { backOffMs } from "./back-off";
import type { ConsoleLog } from "./console-log";
import type { StartSettings } from "./settings";

export interface Services extends MigrationUrls {
  redisUrl: string;
  /** True when PostgreSQL is ours, so that its databases must be created. */
  isPostgresEmbedded: boolean;
  stop(): Promise<void>;
}

interface EmbeddedServer {
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts the embedded services, or takes the real ones that the settings name. */
export async function startServices(settings: StartSettings, log: ConsoleLog): Promise<Services> {
  const { given, env } = settings;
  const isPostgresEmbedded = !given.LIVE_DATABASE_URL && !given.FINANCE_DATABASE_URL;
  const isRedisEmbedded = !given.REDIS_URL && !given.REDIS_CLUSTER_NODES;
  if (!isPostgresEmbedded && !(given.LIVE_DATABASE_URL && given.FINANCE_DATABASE_URL)) {
    throw new Error("Set both LIVE_DATABASE_URL and FINANCE_DATABASE_URL, or neither.");
  }
  if (isPostgresEmbedded || isRedisEmbedded) makeDataDir(settings.dataDir);

  let isStopping = false;
  const onNotice = (text: string) => log.info("start", text);
  /** Brings a server that ended by itself back, again and again; the processes wait for it meanwhile. */
  const revive = async (name: string, server: () => EmbeddedServer | undefined, reason: string) => {
    for (let attempt = 1; !isStopping; attempt += 1) {
      log.warn("start", `${reason}; starting it again`, { attempt });
      await delay(backOffMs(attempt));
      if (isStopping) return;
      try {
        await server()?.restart();
        log.info("start", `${name} is back`, { attempt });
        return;
      } catch (error) {
        log.error("start", `${name} could not be started`, { reason: String(error) });
      }
    }
  };

  const [redis, postgres] = await Promise.all([
    isRedisEmbedded
      ? startRedis({
          dir: join(settings.dataDir, "redis"),
          port: settings.redisPort,
          onNotice,
          onCrash: (reason) => void revive("Redis", () => redis, reason),
        })
      : undefined,
    isPostgresEmbedded
      ? startPostgres({
          dataDir: join(settings.dataDir, "postgres"),
          port: settings.postgresPort,
          onNotice,
          onCrash: (reason) => void revive("PostgreSQL", () => postgres, reason),
        })
      : undefined,
  ]);

  return {
    liveUrl: postgres?.applicationUrl("downpour_live") ?? env.LIVE_DATABASE_URL,
    financeUrl: postgres?.applicationUrl("downpour_finance") ?? env.FINANCE_DATABASE_URL,
    liveOwnerUrl: postgres?.url("downpour_live") ?? env.LIVE_OWNER_DATABASE_URL ?? env.LIVE_DATABASE_URL,
    financeOwnerUrl:
      postgres?.url("downpour_finance") ?? env.FINANCE_OWNER_DATABASE_URL ?? env.FINANCE_DATABASE_URL,
    redisUrl: redis?.url ?? env.REDIS_URL,
    isPostgresEmbedded,
    stop: async () => {
      isStopping = true;
      await redis?.stop();
      await postgres?.stop();
    },
  };
}

function makeDataDir(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true });
    accessSync(dataDir, constants.W_OK);
  } catch {
    throw new Error(`${dataDir} cannot be written; set DATA_DIR to a folder that can.`);
  }
}
