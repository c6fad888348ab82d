import { roomName, sourceAddress } from "./channels";
import { LeanSocket } from "./lean-socket";
import { serveParent } from "./serve-parent";

/** Viewers that come back when they lose their connection, as the common client library does: without jitter. */
const COMES_BACK_MS = 1_000;
const HANDSHAKES_AT_ONCE = 100;

export interface ReturnReport {
  /** When the last of them was subscribed again, on the clock of all processes (`performance.timeOrigin` based). */
  lastAtMs: number;
  /** Refused with 4100: come back later. */
  overCapacity: number;
  /** Other attempts that failed: refused, reset, or another code. */
  failed: number;
}

type Request =
  | { command: "connect"; port: number; viewers: number; firstViewer: number }
  /** Replies when all have been subscribed once more since the last reply. */
  | { command: "return" };

let subscribed = 0;
let wanted = 0;
let onAll: (() => void) | undefined;
const report: ReturnReport = { lastAtMs: 0, overCapacity: 0, failed: 0 };

serveParent<Request>(async (request) => {
  if (request.command === "connect") {
    for (let start = 0; start < request.viewers; start += HANDSHAKES_AT_ONCE) {
      const count = Math.min(HANDSHAKES_AT_ONCE, request.viewers - start);
      await waitForSubscribed(start + count, () => {
        for (let viewer = start; viewer < start + count; viewer += 1)
          join(request.port, request.firstViewer + viewer);
      });
    }
    subscribed = 0;
    wanted = request.viewers;
    report.overCapacity = 0;
    report.failed = 0;
    return {};
  }
  await waitForSubscribed(wanted, () => undefined);
  return report;
});

function waitForSubscribed(count: number, begin: () => void): Promise<void> {
  return new Promise((resolve) => {
    wanted = count;
    onAll = resolve;
    begin();
    if (subscribed >= wanted) resolve();
  });
}

function join(port: number, viewer: number): void {
  let isSubscribed = false;
  const socket = new LeanSocket({
    port,
    sourceAddress: sourceAddress(viewer),
    onOpen() {
      socket.sendText(`{"event":"pusher:subscribe","data":{"channel":"${roomName(0)}"}}`);
    },
    onText(bytes, start, end) {
      if (isSubscribed || !bytes.toString("utf8", start, end).includes("subscription_succeeded")) return;
      isSubscribed = true;
      subscribed += 1;
      report.lastAtMs = performance.timeOrigin + performance.now();
      if (subscribed >= wanted) onAll?.();
    },
    onClose(code) {
      if (code !== null && code >= 4100 && code < 4200) report.overCapacity += 1;
      else if (!isSubscribed) report.failed += 1;
      const isAtOnce = code !== null && code >= 4200 && code < 4300;
      setTimeout(() => join(port, viewer), isAtOnce ? 0 : COMES_BACK_MS);
    },
  });
}
