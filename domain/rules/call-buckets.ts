import type { ProcedureCalls } from "../contracts/services";
import { bucketQuantile } from "./bucket-quantile";

/** Upper bounds of the times that calls take; what web processes share of their calls is counted in these. */
export const CALL_BOUNDS_SECONDS = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
] as const;

/** Fields of a hash that many processes add to. No procedure has a space in its name. */
export const bucketField = (procedure: string, index: number) => `${procedure} ${index}`;
export const errorsField = (procedure: string) => `${procedure} e`;
export const refusalsField = (procedure: string) => `${procedure} r`;

/** What the fields of some minutes add up to, the most called first. */
export function sumCalls(minutes: readonly Readonly<Record<string, string>>[]): ProcedureCalls[] {
  const byProcedure = new Map<string, { buckets: number[]; errors: number; refusals: number }>();
  for (const fields of minutes) {
    for (const [field, text] of Object.entries(fields)) {
      const [procedure = "", what = ""] = field.split(" ");
      const sums = byProcedure.get(procedure) ?? {
        buckets: Array.from({ length: CALL_BOUNDS_SECONDS.length + 1 }, () => 0),
        errors: 0,
        refusals: 0,
      };
      byProcedure.set(procedure, sums);
      const count = Number(text);
      if (what === "e") sums.errors += count;
      else if (what === "r") sums.refusals += count;
      else if (Number(what) in sums.buckets)
        sums.buckets[Number(what)] = (sums.buckets[Number(what)] ?? 0) + count;
    }
  }
  const quantileMs = (buckets: readonly number[], quantile: number) =>
    Math.round(bucketQuantile(CALL_BOUNDS_SECONDS, buckets, quantile) * 10_000) / 10;
  return [...byProcedure]
    .map(([procedure, { buckets, errors, refusals }]) => ({
      procedure,
      calls: buckets.reduce((sum, count) => sum + count, 0),
      errors,
      refusals,
      p50Ms: quantileMs(buckets, 0.5),
      p99Ms: quantileMs(buckets, 0.99),
    }))
    .toSorted((a, b) => b.calls - a.calls || (a.procedure < b.procedure ? -1 : 1));
}
