/** Who has not beaten for so long is no longer there. */
export const PROCESS_LEASE_MS = 10_000;

interface Beating {
  name: string;
  node: string;
  isDrained: boolean;
  health: { ok: boolean };
  startedAtMs: number;
  lastBeatAtMs: number;
}

type State = "ready" | "unready" | "dead" | "replaced" | "drained";

/** How each process stands at an instant of the clock that its beats were taken by. In the order in which they came. */
export function judgeProcesses(processes: readonly Beating[], nowMs: number): State[] {
  const latestStartMs = new Map<string, number>();
  const placeOf = ({ name, node }: Beating) => `${name}\n${node}`;
  for (const one of processes) {
    const place = placeOf(one);
    latestStartMs.set(place, Math.max(one.startedAtMs, latestStartMs.get(place) ?? one.startedAtMs));
  }
  return processes.map((one) => {
    if (one.isDrained) return "drained";
    if (nowMs - one.lastBeatAtMs <= PROCESS_LEASE_MS) return one.health.ok ? "ready" : "unready";
    // One that ran beside it is no replacement: only one that began when it was silent.
    return (latestStartMs.get(placeOf(one)) ?? 0) > one.lastBeatAtMs ? "replaced" : "dead";
  });
}
