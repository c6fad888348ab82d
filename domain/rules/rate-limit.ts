export interface RateWindow {
  limit: number;
  windowSeconds: number;
}

/** Reads `count/seconds` rules separated by commas, as in `20/1,300/60`. Throws an Error naming the faulty part. */
export function parseRateWindows(text: string): RateWindow[] {
  return text.split(",").map((part) => {
    const match = /^\s*(\d{1,9})\/(\d{1,6})\s*$/.exec(part);
    const limit = Number(match?.[1]);
    const windowSeconds = Number(match?.[2]);
    if (!match || limit < 1 || windowSeconds < 1)
      throw new Error(`Not a rate limit: "${part}" (want count/seconds).`);
    return { limit, windowSeconds };
  });
}
