import { describe, expect, it } from "vitest";
import { judgeProcesses, PROCESS_LEASE_MS } from "./process-state";

const NOW_MS = 1_000_000;
const GONE_MS = NOW_MS - PROCESS_LEASE_MS - 1;

const process = (change: Partial<Parameters<typeof judgeProcesses>[0][number]> = {}) => ({
  name: "web",
  node: "node-1",
  isDrained: false,
  health: { ok: true },
  startedAtMs: 0,
  lastBeatAtMs: NOW_MS,
  ...change,
});

describe("a process", () => {
  it.each([
    ["beats and is ready", {}, "ready"],
    ["beat as long ago as may be", { lastBeatAtMs: NOW_MS - PROCESS_LEASE_MS }, "ready"],
    ["beats and is not ready", { health: { ok: false } }, "unready"],
    ["is silent", { lastBeatAtMs: GONE_MS }, "dead"],
    ["said goodbye", { lastBeatAtMs: GONE_MS, isDrained: true }, "drained"],
    ["said goodbye just now", { isDrained: true }, "drained"],
  ] as const)("that %s", (_what, change, state) => {
    expect(judgeProcesses([process(change)], NOW_MS)).toEqual([state]);
  });

  it("is replaced by one of its name that began on its node when it was silent, and by no other", () => {
    const silent = process({ lastBeatAtMs: GONE_MS });
    const states = (other: object) => judgeProcesses([silent, process(other)], NOW_MS)[0];
    expect(states({ startedAtMs: GONE_MS + 1 })).toBe("replaced");
    expect(states({ startedAtMs: GONE_MS - 1 })).toBe("dead");
    expect(states({ startedAtMs: GONE_MS + 1, node: "node-2" })).toBe("dead");
    expect(states({ startedAtMs: GONE_MS + 1, name: "scheduler" })).toBe("dead");
  });
});
