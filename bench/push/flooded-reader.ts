import { roomName, sourceAddress } from "./channels";
import { LeanSocket } from "./lean-socket";
import { serveParent } from "./serve-parent";

/** One viewer of some rooms that reads, or does not. */
let socket: LeanSocket | undefined;

type Request =
  /** Takes a new connection in place of the one before, and reads. */
  { command: "read"; port: number; rooms: number[] } | { command: "stall" };

serveParent<Request>(async (request) => {
  socket?.stall();
  if (request.command === "read") {
    socket?.destroy();
    await join(request.port, request.rooms);
  }
  return {};
});

function join(port: number, rooms: readonly number[]): Promise<void> {
  return new Promise((resolve) => {
    let missing = rooms.length;
    const joined = new LeanSocket({
      port,
      sourceAddress: sourceAddress(0),
      onOpen() {
        for (const room of rooms)
          joined.sendText(`{"event":"pusher:subscribe","data":{"channel":"${roomName(room)}"}}`);
      },
      onText(bytes, start, end) {
        const text = bytes.toString("utf8", start, end);
        if (text.startsWith('{"event":"pusher:ping"')) joined.sendText('{"event":"pusher:pong","data":{}}');
        if (!text.includes("subscription_succeeded")) return;
        missing -= 1;
        if (missing === 0) resolve();
      },
      onClose: () => undefined,
    });
    socket = joined;
  });
}
