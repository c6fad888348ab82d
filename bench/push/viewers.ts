import { roomName, sourceAddress } from "./channels";
import { EventReader, nowMicros } from "./event-data";
import { LatencyCounts } from "./latency-counts";
import { LeanSocket } from "./lean-socket";
import { serveParent } from "./serve-parent";

/** Viewers of rooms in a process of their own: count what comes, how long it took, and whether it is in order. */
const HANDSHAKES_AT_ONCE = 100;
const EVENT_NAME_OFFSET = '{"event":"'.length;
const LETTER_P = "p".charCodeAt(0);

export interface ConnectRequest {
  command: "connect";
  port: number;
  viewers: number;
  /** The number of the first of them; viewer n is in room n modulo `rooms`. */
  firstViewer: number;
  rooms: number;
  /** A bare server has no channels. */
  subscribe: boolean;
  /** Each also listens to a channel of its own, as signed-in viewers do. */
  ownChannel: boolean;
}

export interface ViewersReport {
  delivered: number;
  /** Events that came late, twice or not at all: their number is not the next of the channel. */
  disordered: number;
  pings: number;
  /** Connections that ended. */
  lost: number;
}

type Request =
  | ConnectRequest
  /** Replies when that many events have arrived since the last reset, or the time is over. */
  | { command: "await"; delivered: number; waitMs: number }
  | { command: "reset" }
  | { command: "report" }
  | { command: "latency" };

let delivered = 0;
let disordered = 0;
let pings = 0;
let lost = 0;
let target = Number.POSITIVE_INFINITY;
let onTarget: (() => void) | undefined;
const latency = new LatencyCounts();
const reader = new EventReader();

serveParent<Request>(async (request) => {
  switch (request.command) {
    case "connect": {
      for (let start = 0; start < request.viewers; start += HANDSHAKES_AT_ONCE) {
        const count = Math.min(HANDSHAKES_AT_ONCE, request.viewers - start);
        await Promise.all(
          Array.from({ length: count }, (_, index) => join(request, request.firstViewer + start + index)),
        );
      }
      return {};
    }
    case "await": {
      await waitForDelivered(request.delivered, request.waitMs);
      return { delivered };
    }
    case "reset": {
      delivered = 0;
      disordered = 0;
      pings = 0;
      latency.clear();
      return {};
    }
    case "report":
      return { delivered, disordered, pings, lost } satisfies ViewersReport;
    case "latency":
      return latency.toSparse();
  }
});

function waitForDelivered(wanted: number, waitMs: number): Promise<void> {
  if (delivered >= wanted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      target = Number.POSITIVE_INFINITY;
      resolve();
    };
    const timer = setTimeout(done, waitMs);
    target = wanted;
    onTarget = done;
  });
}

function join(request: ConnectRequest, viewer: number): Promise<void> {
  const channels = [roomName(viewer % request.rooms)];
  if (request.ownChannel) channels.push(`user-${viewer}`);
  return new Promise((resolve, reject) => {
    let missing = request.subscribe ? channels.length : 0;
    let lastSeq = 0;
    const socket = new LeanSocket({
      port: request.port,
      sourceAddress: sourceAddress(viewer),
      onOpen() {
        if (missing === 0) resolve();
        else
          for (const channel of channels)
            socket.sendText(`{"event":"pusher:subscribe","data":{"channel":"${channel}"}}`);
      },
      onText(bytes, start, end) {
        // `{"event":"pusher…` is about the protocol; everything else is an event.
        if (bytes[start + EVENT_NAME_OFFSET] !== LETTER_P) {
          if (!reader.read(bytes, start, end)) return;
          if (lastSeq > 0 && reader.seq !== lastSeq + 1) disordered += 1;
          lastSeq = reader.seq;
          countDelivery();
          return;
        }
        const text = bytes.toString("utf8", start, end);
        if (text.startsWith('{"event":"pusher:ping"')) {
          pings += 1;
          socket.sendText('{"event":"pusher:pong","data":{}}');
        }
        if (text.includes("subscription_succeeded")) {
          missing -= 1;
          if (missing === 0) resolve();
        }
      },
      onClose(code) {
        lost += 1;
        reject(new Error(`Viewer ${viewer} lost its connection (${code ?? "broken"}).`));
      },
    });
  });
}

function countDelivery(): void {
  delivered += 1;
  latency.add((nowMicros() - reader.atMicros) / 1000);
  if (delivered >= target) onTarget?.();
}
