import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { WebSocket } from "ws";
import { pushAddresses } from "@/platform/settings/push-addresses";
import type { Resources } from "../context";
import { getPushConfig } from "../push/push-config";
import { callReason } from "./call-reason";
import { fits, type Looked, only } from "./look";

const STEP_MS_MAX = 4_000;
const EVENT = "doctor";

interface Frame {
  event: string;
}

/**
 * The whole way of an event: a WebSocket to where browsers are told to connect, a channel that nobody knows, an event that
 * is published as processes publish, and it comes.
 */
export async function lookAtPush({ env, push }: Pick<Resources, "env" | "push">): Promise<Looked> {
  const { wsHost, wsPort, forceTLS, key } = getPushConfig(env);
  const address = `${forceTLS ? "wss" : "ws"}://${wsHost}:${wsPort}`;
  const socket = new WebSocket(`${address}/app/${key}?protocol=7&client=doctor&version=1`, {
    origin: new URL(env.PUBLIC_URL).origin,
    handshakeTimeout: STEP_MS_MAX,
  });
  // Whoever waits is told by their own wait.
  socket.on("error", () => {});
  const channel = `doctor-${randomUUID()}`;
  try {
    try {
      await nextFrame(socket, "pusher:connection_established");
      socket.send(JSON.stringify({ event: "pusher:subscribe", data: { channel } }));
      await nextFrame(socket, "pusher_internal:subscription_succeeded");
    } catch (error) {
      return only("pushUnreachable", { address, reason: callReason(error) });
    }
    const heard = nextFrame(socket, EVENT).then(
      () => true,
      () => false,
    );
    try {
      await push.pusher.trigger(channel, EVENT, {});
    } catch (error) {
      return only("pushNotTaken", {
        address: pushAddresses(env)
          .map(({ host, port }) => `${host}:${port}`)
          .join(", "),
        reason: callReason(error),
      });
    }
    return (await heard) ? fits({ address }) : only("pushNotHeard", { address });
  } finally {
    socket.terminate();
  }
}

/** Rejects when it does not come in time, or the socket ends. */
async function nextFrame(socket: WebSocket, event: string): Promise<void> {
  const signal = AbortSignal.timeout(STEP_MS_MAX);
  const ended = once(socket, "close", { signal }).then(() => {
    throw new Error("The connection was closed.");
  });
  // The frame may have come first, and nobody waits for the end any more.
  ended.catch(() => {});
  const came = (async () => {
    for (;;) {
      const [data] = (await once(socket, "message", { signal })) as [Buffer];
      const frame = JSON.parse(data.toString()) as Frame;
      if (frame.event === event) return;
      if (frame.event === "pusher:error") throw new Error(data.toString());
    }
  })();
  await Promise.race([came, ended]);
}
