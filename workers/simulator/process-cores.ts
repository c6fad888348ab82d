import { readdirSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { basename } from "node:path";
import { listServerPids } from "@/db/live/queries/simulator-runs";
import { readCpuSeconds } from "@/platform/observability/process-figures";
import type { Resources } from "@/server/services/context";

/** Threads of one name in a process: each may be full by itself. */
const OWN = "simulator";

/**
 * How many cores each process of the product uses, by name, on the machine that we are on (Linux; nothing elsewhere): our own
 * processes by the bundle they run, PostgreSQL by the processes it says it has, Redis by what it says of itself.
 */
export class ProcessCores {
  #seconds = new Map<string, Map<string, number>>();
  #atMs = performance.now();

  constructor(private readonly resources: Pick<Resources, "live" | "redis" | "env">) {}

  readonly machineCores = availableParallelism();

  /** Since the last call; the first one only begins. */
  async read(): Promise<Record<string, number>> {
    const { live, redis, env } = this.resources;
    const seconds = new Map<string, Map<string, number>>();
    const put = (name: string, key: string, value: number) => {
      const own = seconds.get(name) ?? new Map<string, number>();
      seconds.set(name, own.set(key, value));
    };
    for (const { pid, name } of listProcesses(env.LIVE_DATABASE_URL))
      put(name, String(pid), readCpuSeconds(pid));
    for (const pid of await listServerPids(live)) put("postgres", String(pid), readCpuSeconds(pid));
    const info = await redis.info("cpu");
    const used = (what: string) => Number(new RegExp(`^${what}:([\\d.]+)`, "m").exec(info)?.[1] ?? 0);
    put("redis", "server", used("used_cpu_sys") + used("used_cpu_user"));

    const nowMs = performance.now();
    const cores: Record<string, number> = {};
    for (const [name, parts] of seconds) {
      const before = this.#seconds.get(name);
      let sum = 0;
      // A process that has begun since counts from its begin, one that has ended no more.
      for (const [key, value] of parts)
        sum += value - (before?.get(key) ?? (this.#seconds.size > 0 ? 0 : value));
      const share = (sum * 1_000) / (nowMs - this.#atMs);
      if (before || sum > 0) cores[name] = Math.round(share * 100) / 100;
    }
    this.#seconds = seconds;
    this.#atMs = nowMs;
    return cores;
  }
}

/** Those that run a bundle of ours on this database, and ourselves. */
function listProcesses(liveUrl: string): { pid: number; name: string }[] {
  const found: { pid: number; name: string }[] = [];
  let entries: string[];
  try {
    entries = readdirSync("/proc");
  } catch {
    return found;
  }
  for (const entry of entries) {
    const pid = Number(entry);
    if (!Number.isInteger(pid)) continue;
    if (pid === process.pid) {
      found.push({ pid, name: OWN });
      continue;
    }
    try {
      const bundle = readFileSync(`/proc/${pid}/cmdline`, "utf8")
        .split("\0")
        .find((word) => /[/\\]dist[/\\][\w-]+\.mjs$/.test(word));
      if (!bundle) continue;
      if (!readFileSync(`/proc/${pid}/environ`, "utf8").includes(`LIVE_DATABASE_URL=${liveUrl}`)) continue;
      found.push({ pid, name: basename(bundle, ".mjs") });
    } catch {
      // It ended, or is somebody else's.
    }
  }
  return found;
}
