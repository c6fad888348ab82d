import { LRUCache } from "lru-cache";
import type { GatewayLimits } from "../limits/limits";
import { type Frame, readData, readTexts } from "../protocol/frames";

/** The last event of each cache channel of one app, as this node knows it. */
export class CachedEvents {
  private readonly frames: LRUCache<string, Frame>;

  constructor({ cachedBytesMax, cacheTtlMs }: Pick<GatewayLimits, "cachedBytesMax" | "cacheTtlMs">) {
    this.frames = new LRUCache({
      maxSize: cachedBytesMax,
      sizeCalculation: (frame) => frame.length,
      ttl: cacheTtlMs,
    });
  }

  keep(channel: string, frame: Frame): void {
    this.frames.set(channel, frame);
  }

  drop(channel: string): void {
    this.frames.delete(channel);
  }

  frameOf(channel: string): Frame | undefined {
    return this.frames.get(channel);
  }

  /** What it says, and how long it is kept. */
  find(channel: string): { data: string; ttlSeconds: number } | undefined {
    const [text] = readTexts(this.frames.get(channel) ?? Buffer.alloc(0));
    const ttlSeconds = Math.ceil(this.frames.getRemainingTTL(channel) / 1000);
    return text === undefined ? undefined : { data: readData(text), ttlSeconds };
  }
}
