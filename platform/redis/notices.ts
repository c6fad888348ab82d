import type { Log } from "../observability/log";
import { openRedis } from "./client";

/**
 * Called with each message, and with null once messages are heard that may have been missed until then, at the start too:
 * drop whatever they would have dropped.
 */
export type NoticeHandler = (message: string | null) => void;

/** Word between processes over Redis pub/sub. It only hurries caches that expire by themselves. */
export interface Notices {
  listen(channel: string, handler: NoticeHandler): void;
  close(): void;
}

export function openNotices(url: string, log: Log): Notices {
  const client = openRedis(url, log, { name: "notices", blocking: true });
  const handlers = new Map<string, NoticeHandler[]>();

  /** What was said before a channel was heard on this connection is lost, also by whoever listens for the first time. */
  function subscribe(channels: readonly string[]): void {
    if (channels.length === 0) return;
    client.subscribe(...channels).then(
      () => {
        for (const channel of channels) for (const handler of handlers.get(channel) ?? []) handler(null);
      },
      (error: Error) => {
        log.warn({ reason: error.message, channels }, "could not subscribe to notices");
        // A connection that stands and hears nothing would stay deaf; the next one asks again.
        if (client.status === "ready") client.disconnect(true);
      },
    );
  }

  client.on("ready", () => subscribe([...handlers.keys()]));
  client.on("message", (channel: string, message: string) => {
    for (const handler of handlers.get(channel) ?? []) handler(message);
  });

  return {
    listen(channel, handler) {
      const list = handlers.get(channel);
      if (list) {
        list.push(handler);
        return;
      }
      handlers.set(channel, [handler]);
      if (client.status === "ready") subscribe([channel]);
    },
    close: () => client.disconnect(),
  };
}
