import type { IncomingMessage, Server, ServerResponse } from "node:http";

/** Requests wait no longer than this for connections to be taken. */
const WAIT_MS_MAX = 20;

type Handle = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * Lets nobody stand before the door while those inside are served. Node takes one new connection in each turn of its loop
 * (libuv since 1.45), and a turn lasts as long as everything that came in on all open connections: with a few hundred busy
 * ones, three new ones a second get in. So while connections come, requests wait until a turn brings none, for 20 ms at
 * most: turns are short then, and as many are taken as there are. Returns what the server has to be given as its handler;
 * `watch` tells it of the server.
 */
export function acceptFirst(handle: Handle): { handle: Handle; watch(server: Server): void } {
  let waiting: [IncomingMessage, ServerResponse][] = [];
  let isAccepting = false;
  let hasCome = false;
  let sinceMs = 0;

  function turn(): void {
    if (hasCome && performance.now() - sinceMs < WAIT_MS_MAX) {
      hasCome = false;
      setImmediate(turn);
      return;
    }
    isAccepting = false;
    const those = waiting;
    waiting = [];
    for (const [request, response] of those) {
      // Whoever has gone meanwhile is told nothing and has asked for nothing.
      if (!request.socket.destroyed) handle(request, response);
    }
  }

  return {
    handle(request, response) {
      if (isAccepting) waiting.push([request, response]);
      else handle(request, response);
    },
    watch(server) {
      server.on("connection", () => {
        hasCome = true;
        if (isAccepting) return;
        isAccepting = true;
        sinceMs = performance.now();
        setImmediate(turn);
      });
    },
  };
}
