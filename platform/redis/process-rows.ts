import type { ProcessFigures } from "@/domain/contracts/services";
import beatSource from "./beat.lua";
import type { RedisClient } from "./client";
import { processBeatsKey, processRowsKey, processStartsKey } from "./keys";
import { toUnixMs } from "./redis-time";
import { defineScript } from "./script";

/** Somebody may ask tomorrow what died tonight. */
const KEPT_MS = 24 * 3_600_000;
const ROWS_MAX = 5_000;

const beatScript = defineScript(beatSource);

interface ProcessRow extends ProcessFigures {
  /** By Redis' clock, as the next. */
  startedAtMs: number;
  lastBeatAtMs: number;
}

export async function writeBeat(redis: RedisClient, figures: ProcessFigures): Promise<void> {
  const keys = [processBeatsKey, processStartsKey, processRowsKey];
  await beatScript.run(redis, keys, [figures.processId, JSON.stringify(figures), KEPT_MS, ROWS_MAX]);
}

/** Everything that beat within a day, and Redis' time. What another version wrote has what this one knows of it. */
export async function readProcessRows(redis: RedisClient): Promise<{ rows: ProcessRow[]; nowMs: number }> {
  const results = await redis
    .multi()
    .zrangebyscore(processBeatsKey, "-inf", "+inf", "WITHSCORES")
    .zrangebyscore(processStartsKey, "-inf", "+inf", "WITHSCORES")
    .hgetall(processRowsKey)
    .time()
    .exec();
  const [beats, starts, texts, time] = (results ?? []).map(([error, value]) => {
    if (error) throw error;
    return value;
  }) as [string[], string[], Record<string, string>, [string, string]];
  const [lastBeatAtMs, startedAtMs] = [toTimes(beats), toTimes(starts)];
  const rows: ProcessRow[] = [];
  for (const [id, beatMs] of lastBeatAtMs) {
    const figures = parseFigures(texts[id]);
    if (figures) rows.push({ ...figures, lastBeatAtMs: beatMs, startedAtMs: startedAtMs.get(id) ?? beatMs });
  }
  return { rows, nowMs: toUnixMs(time) };
}

function toTimes(pairs: readonly string[]): Map<string, number> {
  const times = new Map<string, number>();
  for (let i = 0; i < pairs.length; i += 2) times.set(pairs[i] ?? "", Number(pairs[i + 1]));
  return times;
}

const UNSAID: Omit<ProcessFigures, "processId" | "name" | "node"> = {
  pid: 0,
  version: "unknown",
  commit: null,
  address: null,
  health: { ok: true, dependencies: {} },
  eventLoopP99Ms: 0,
  lag: null,
  errorsPerMinute: 0,
  redisMemoryPart: null,
  pools: [],
  caches: [],
  breakers: [],
  traffic: [],
  isDrained: false,
};

function parseFigures(text: string | undefined): ProcessFigures | null {
  try {
    const figures = JSON.parse(text ?? "") as ProcessFigures;
    return figures.processId && figures.name && figures.node ? { ...UNSAID, ...figures } : null;
  } catch {
    return null;
  }
}
