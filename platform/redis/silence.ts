import type { Redis } from "ioredis";

/**
 * Ends a connection to Redis that went silent, so that the driver opens another: a network that drops what it carries
 * says nothing, and each command put on such a connection would fail at its own time-out, for hours, while a new
 * connection works. Commands that were under way fail; what came of them is unknown, and nobody but their owner sends
 * them again. A connection on which nothing is asked is asked for a sign of life, which is how one that only listens
 * learns of it.
 */

const TICK_MS = 500;
/** After so much quiet a connection that waits for nothing is asked whether it is still there. */
const PING_AFTER_TICKS = 2;

/** What the driver keeps of a connection: commands that were written and not answered. */
interface Inside {
  readonly commandQueue: { readonly length: number };
}

/**
 * Watches a client through all its connections, until it is disconnected for good. `silentMsMax` is how long an answer
 * may take: longer than a command that waits in Redis by itself. Time is counted in ticks, so that a process that stood
 * still itself ends nothing: what it did not hear lies waiting for it.
 */
export function endSilentConnections(client: Redis, silentMsMax: number): void {
  const ticksMax = silentMsMax / TICK_MS;
  const inside = client as unknown as Inside;
  let stream: Redis["stream"] | undefined;
  let bytes = 0;
  let quietTicks = 0;
  let waitingTicks = 0;

  function tick(): void {
    const { stream: current, status } = client;
    // While it connects the driver has a time-out of its own; from then on, the greeting included, this one counts.
    if (!current || (status !== "connect" && status !== "ready")) return;
    if (current !== stream || current.bytesRead !== bytes) {
      stream = current;
      bytes = current.bytesRead;
      quietTicks = 0;
      waitingTicks = 0;
      return;
    }
    quietTicks += 1;
    waitingTicks = inside.commandQueue.length > 0 ? waitingTicks + 1 : 0;
    if (waitingTicks >= ticksMax) {
      current.destroy(new Error(`No answer from Redis for ${silentMsMax} ms; the connection is ended.`));
    } else if (waitingTicks === 0 && quietTicks >= PING_AFTER_TICKS && status === "ready") {
      client.ping().catch(() => {});
    }
  }

  const timer = setInterval(tick, TICK_MS);
  timer.unref();
  client.once("end", () => clearInterval(timer));
}
