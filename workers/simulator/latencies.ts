import { build, type Histogram } from "hdr-histogram-js";
import type { Percentiles } from "@/domain/contracts/simulator";

const HIGHEST_US = 10 * 60_000_000;

/**
 * How long things took, in an HDR histogram of microseconds with three digits. Histograms of parts are added up and then
 * asked: an average of percentiles means nothing.
 */
export class Latencies {
  readonly #histogram: Histogram = build({
    bitBucketSize: 32,
    lowestDiscernibleValue: 1,
    highestTrackableValue: HIGHEST_US,
    numberOfSignificantValueDigits: 3,
  });

  record(ms: number): void {
    this.#histogram.recordValue(Math.min(HIGHEST_US, Math.max(0, Math.round(ms * 1_000))));
  }

  add(other: Latencies): void {
    this.#histogram.add(other.#histogram);
  }

  get count(): number {
    return this.#histogram.totalCount;
  }

  /** Null where nothing was recorded. */
  read(): Percentiles | null {
    if (this.count === 0) return null;
    const at = (percentile: number) =>
      Math.round(this.#histogram.getValueAtPercentile(percentile) / 10) / 100;
    return {
      count: this.count,
      p50Ms: at(50),
      p90Ms: at(90),
      p99Ms: at(99),
      p999Ms: at(99.9),
      maxMs: at(100),
    };
  }

  reset(): void {
    this.#histogram.reset();
  }
}
