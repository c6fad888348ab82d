import { setTimeout as wait } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** What a process holds when all that is garbage is gone, in bytes. */
export interface Memory {
  rss: number;
  /** Objects and what they hold outside the heap. */
  heap: number;
}

export async function readMemory(): Promise<Memory> {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  // What the first round frees may hold more that only the next one finds; native memory goes in between.
  for (let round = 0; round < 4; round += 1) {
    collect();
    await wait(100);
  }
  const { rss, heapUsed, external } = process.memoryUsage();
  return { rss, heap: heapUsed + external };
}
