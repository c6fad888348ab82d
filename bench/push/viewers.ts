import { connect, type Socket } from "node:net";
import { serveParent } from "./serve-parent";

/** Every n-th viewer reads the send time out of its messages; all count them. */
const VIEWERS_PER_SAMPLE = 50;
const HANDSHAKES_AT_ONCE = 100;

let delivered = 0;
let target = Number.POSITIVE_INFINITY;
let onTarget: (() => void) | undefined;
let latenciesMs: number[] = [];

type Request =
  | { command: "connect"; port: number; viewers: number; subscribe: boolean }
  /** Replies when that many messages have arrived since the last reset. */
  | { command: "await"; delivered: number }
  | { command: "reset"; latencyToo: boolean }
  | { command: "cpu" }
  | { command: "latency" };

serveParent<Request>(async (request) => {
  switch (request.command) {
    case "connect": {
      for (let start = 0; start < request.viewers; start += HANDSHAKES_AT_ONCE) {
        const count = Math.min(HANDSHAKES_AT_ONCE, request.viewers - start);
        await Promise.all(Array.from({ length: count }, (_, index) => join(request, start + index)));
      }
      delivered = 0;
      return {};
    }
    case "await": {
      target = request.delivered;
      if (delivered < target) {
        await new Promise<void>((resolve) => {
          onTarget = resolve;
        });
      }
      return {};
    }
    case "reset": {
      delivered = 0;
      target = Number.POSITIVE_INFINITY;
      if (request.latencyToo) latenciesMs = [];
      return {};
    }
    case "cpu":
      return process.cpuUsage();
    case "latency": {
      latenciesMs.sort((a, b) => a - b);
      const at = (share: number) => latenciesMs[Math.floor(latenciesMs.length * share)] ?? 0;
      return { p50Ms: at(0.5), p99Ms: at(0.99) };
    }
  }
});

/** A lean WebSocket client, so that reading does not cost more than what is measured. */
function join(request: { port: number; subscribe: boolean }, index: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(request.port, "127.0.0.1");
    const samples = index % VIEWERS_PER_SAMPLE === 0;
    let isUpgraded = false;
    let rest: Buffer = Buffer.alloc(0);
    socket.on("error", reject);
    socket.write(
      "GET /app/bench-key?protocol=7 HTTP/1.1\r\nHost: bench\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n",
    );
    socket.on("data", (chunk) => {
      let bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      if (!isUpgraded) {
        const end = bytes.indexOf("\r\n\r\n");
        if (end >= 0) {
          isUpgraded = true;
          bytes = bytes.subarray(end + 4);
          if (request.subscribe) sendText(socket, '{"event":"pusher:subscribe","data":{"channel":"room"}}');
          else resolve();
        }
      }
      rest = isUpgraded ? readFrames(bytes, socket, samples, resolve) : bytes;
    });
  });
}

/** Counts the complete frames and returns what is left over. */
function readFrames(bytes: Buffer, socket: Socket, samples: boolean, onSubscribed: () => void): Buffer {
  let offset = 0;
  while (bytes.length - offset >= 2) {
    const short = bytes[offset + 1] as number;
    if (short === 126 && bytes.length - offset < 4) break;
    const start = offset + (short === 126 ? 4 : 2);
    const end = start + (short === 126 ? bytes.readUInt16BE(offset + 2) : short);
    if (end > bytes.length) break;
    // `{"event":"pusher...` is about the protocol; everything else is an event.
    if (bytes.toString("latin1", start + 10, start + 16) === "pusher") {
      const text = bytes.toString("utf8", start, end);
      if (text.startsWith('{"event":"pusher:ping"')) sendText(socket, '{"event":"pusher:pong","data":{}}');
      if (text.includes("subscription_succeeded")) onSubscribed();
    } else {
      count(bytes, start, end, samples);
    }
    offset = end;
  }
  return offset === bytes.length ? Buffer.alloc(0) : Buffer.from(bytes.subarray(offset));
}

function count(bytes: Buffer, start: number, end: number, samples: boolean): void {
  delivered += 1;
  if (samples) {
    const sentAt = Number(/at\\":([\d.]+)/.exec(bytes.toString("latin1", start, end))?.[1]);
    latenciesMs.push(performance.timeOrigin + performance.now() - sentAt);
  }
  if (delivered >= target) {
    target = Number.POSITIVE_INFINITY;
    onTarget?.();
  }
}

/** One masked text frame with the mask zero, for texts below 126 bytes. */
function sendText(socket: Socket, text: string): void {
  socket.write(Buffer.concat([Buffer.from([0x81, 0x80 | text.length, 0, 0, 0, 0]), Buffer.from(text)]));
}
