import type { Server } from "node:http";
import type { Socket } from "node:net";

/** How long, and how much, the rest of what somebody sends is read and dropped after the last answer on a connection. */
const LINGER_MS_MAX = 5_000;
const LINGER_BYTES_MAX = 64 * 1024 * 1024;
const LOOK_EVERY_MS = 50;

/**
 * Makes refusals arrive. A connection that is closed while somebody is still sending a body breaks: TCP takes the answer
 * back that was on its way. So the server says that it sends no more, and reads and drops what comes until the other side
 * has finished, up to a bound; then it closes. Whoever leaves a body unread only has to answer with `connection: close`.
 */
export function lingerWhenClosing(server: Server): void {
  const lingering = new WeakSet<Socket>();
  server.on("connection", (socket) => {
    // What Node calls after the last answer of a connection.
    socket.destroySoon = () => {
      if (lingering.has(socket)) return;
      lingering.add(socket);
      linger(socket);
    };
  });
  // Whatever is asked behind an answer that was the last one cannot be answered.
  server.prependListener("request", ({ socket }) => {
    if (lingering.has(socket)) socket.destroy();
  });
}

function linger(socket: Socket): void {
  if (socket.destroyed) return;
  const bytesBefore = socket.bytesRead;
  const endsAtMs = performance.now() + LINGER_MS_MAX;
  const isOver = () =>
    (socket.readableEnded && socket.writableFinished) ||
    socket.bytesRead - bytesBefore > LINGER_BYTES_MAX ||
    performance.now() > endsAtMs;
  const closeWhenOver = () => {
    if (isOver()) socket.destroy();
  };
  const looking = setInterval(closeWhenOver, LOOK_EVERY_MS).unref();
  socket.once("close", () => clearInterval(looking));
  socket.once("end", closeWhenOver);
  socket.end(closeWhenOver);
}
