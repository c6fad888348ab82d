import { sharedNowMs } from "./shared-clock";

let lastMs = Number.NaN;
let lastText = "";

/** Now, as in `2026-11-21T08:00:00.000Z`. Writing a time costs as much as half a contract; many calls share a millisecond. */
export function nowAsText(): string {
  const nowMs = sharedNowMs();
  if (nowMs !== lastMs) {
    lastText = new Date(nowMs).toISOString();
    lastMs = nowMs;
  }
  return lastText;
}
