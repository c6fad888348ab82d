import type { SimulatorSample } from "@/domain/contracts/simulator";

/** One point of the graphs: counts are of a second, between two looks. */
export interface LivePoint {
  atSeconds: number;
  intended: number;
  accepted: number;
  paid: number;
  failed: number;
  p50Ms: number | null;
  p99Ms: number | null;
  ownLagMs: number | null;
  queued: number;
  present: number;
  sockets: number;
  /** Of all processes together. */
  cores: number;
}

const round = (value: number) => Math.round(value * 10) / 10;

/** Looks that are closer are no measure of a second: the last one comes when everything has been answered. */
const APART_SECONDS_MIN = 1;

/** The last `shown` looks at a run. */
export function toLivePoints(all: readonly SimulatorSample[], shown: number): LivePoint[] {
  const samples = all.filter(
    ({ atSeconds }, i) => atSeconds - (all[i - 1]?.atSeconds ?? 0) >= APART_SECONDS_MIN,
  );
  const first = Math.max(0, samples.length - shown);
  return samples.slice(first).map((sample, i) => {
    const before = samples[first + i - 1];
    const seconds = sample.atSeconds - (before?.atSeconds ?? 0);
    const rate = (name: "intended" | "accepted" | "paid" | "failed") =>
      round((sample.gifts[name] - (before?.gifts[name] ?? 0)) / seconds);
    return {
      atSeconds: Math.round(sample.atSeconds),
      intended: rate("intended"),
      accepted: rate("accepted"),
      paid: rate("paid"),
      failed: rate("failed"),
      p50Ms: sample.answered?.p50Ms ?? null,
      p99Ms: sample.answered?.p99Ms ?? null,
      ownLagMs: sample.ownLag?.p99Ms ?? null,
      queued: sample.queued,
      present: sample.present,
      sockets: sample.sockets,
      cores: round(Object.values(sample.cores).reduce((sum, share) => sum + share, 0)),
    };
  });
}
