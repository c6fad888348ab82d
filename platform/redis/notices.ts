import type { Log } from "../observability/log";
import { openRedis } from "./client";

/** Called with each message, and with null when messages may have been missed: drop whatever they would have dropped. */
export type NoticeHandler = (message: string | null) => void;

/** Word between processes over Redis pub/sub. It only hurries caches that expire by themselves. */
export interface Notices {
  listen(channel: string, handler: NoticeHandler): void;
  close(): void;
}

export function openNotices(url: string, log: Log): Notices {
  const client = openRedis(url, log, { name: "notices", blocking: true });
  const handlers = new Map<string, NoticeHandler[]>();
  let wasReady = false;

  client.on("ready", () => {
    // Each time anew: whatever was asked for on the connection before ended with it.
    const channels = [...handlers.keys()];
    if (channels.length > 0) {
      client.subscribe(...channels).catch((error: Error) => {
        log.warn({ reason: error.message }, "could not subscribe to notices");
      });
    }
    if (wasReady) for (const list of handlers.values()) for (const handler of list) handler(null);
    wasReady = true;
  });
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
      if (client.status === "ready") {
        client.subscribe(channel).catch((error: Error) => {
          log.warn({ reason: error.message, channel }, "could not subscribe to notices");
        });
      }
    },
    close: () => client.disconnect(),
  };
}
