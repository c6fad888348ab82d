import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import type { Part } from "./behaviour";

/** Numbers that look random and are the same for the same seed. */
export class SeededRandom {
  readonly #generator;

  constructor(seed: number) {
    this.#generator = xoroshiro128plus(seed);
  }

  /** From 0 up to, but not, 1. */
  unit(): number {
    return uniformFloat64(this.#generator);
  }

  /** A whole number, both ends included. */
  whole(from: number, to: number): number {
    return uniformInt(this.#generator, from, to);
  }

  chance(part: number): boolean {
    return this.unit() < part;
  }

  /** How long until the next of independent events that come `perUnit` a unit of time. */
  gap(perUnit: number): number {
    return -Math.log(1 - this.unit()) / perUnit;
  }

  /** Half are below the median, and a few far above. */
  logNormal(median: number, sigma: number): number {
    // Box and Muller.
    const normal = Math.sqrt(-2 * Math.log(1 - this.unit())) * Math.cos(2 * Math.PI * this.unit());
    return median * Math.exp(sigma * normal);
  }

  pick<T>(list: readonly T[]): T {
    const item = list[this.whole(0, list.length - 1)];
    if (item === undefined) throw new RangeError("There is nothing to pick from.");
    return item;
  }

  pickPart<T>(parts: readonly Part<T>[]): T {
    let left = this.unit();
    for (const { value, part } of parts) {
      left -= part;
      if (left < 0) return value;
    }
    const last = parts.at(-1);
    if (!last) throw new RangeError("There is nothing to pick from.");
    return last.value;
  }
}

/** Draws ranks from 0: rank r has a weight of 1 / (r + 1) ** skew (Zipf). */
export class Ranks {
  readonly #upTo: Float64Array;

  constructor(count: number, skew: number) {
    if (count < 1) throw new RangeError("There is nothing to rank.");
    this.#upTo = new Float64Array(count);
    let sum = 0;
    for (let rank = 0; rank < count; rank++) {
      sum += 1 / (rank + 1) ** skew;
      this.#upTo[rank] = sum;
    }
  }

  draw(random: SeededRandom): number {
    const upTo = this.#upTo;
    const wanted = random.unit() * (upTo[upTo.length - 1] as number);
    let [low, high] = [0, upTo.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((upTo[middle] as number) > wanted) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
