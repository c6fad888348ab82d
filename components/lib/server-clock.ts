/** The server's clock less this machine's, by the `Date` of its answers: to the second, for what is shown as minutes and seconds. */
let aheadMs: number | null = null;

/** An answer never arrives before it was made: the largest difference seen is the nearest. */
export function noteServerDate(header: string | null): void {
  const dateMs = header === null ? Number.NaN : Date.parse(header);
  if (Number.isFinite(dateMs))
    aheadMs = Math.max(aheadMs ?? Number.NEGATIVE_INFINITY, dateMs - performance.now());
}

/** For an answer that says that our time is wrong: what was seen before counts no more. */
export function restartServerClock(header: string | null): void {
  aheadMs = null;
  noteServerDate(header);
}

/** This machine's own clock until the server has answered for the first time. */
export function serverNowMs(): number {
  return aheadMs === null ? Date.now() : performance.now() + aheadMs;
}

/** Every answer of ours says what time it is there. */
export const fetchNotingTime: typeof fetch = async (input, init) => {
  const response = await fetch(input, init);
  noteServerDate(response.headers.get("date"));
  return response;
};
