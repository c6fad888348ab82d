import type { IncomingMessage, Server, ServerResponse } from "node:http";

/**
 * Requests wait for no more connections than these to be taken, which is some 20 ms of work. Not a time: on a machine that
 * has no time for us it would pass without a connection being taken.
 */
const TAKEN_MAX = 256;

type Handle = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * Lets nobody stand before the door while those inside are served. Node takes one new connection in each turn of its loop
 * (libuv since 1.45), and a turn lasts as long as everything that came in on all open connections: with a few hundred busy
 * ones, three new ones a second get in. So while connections come, requests wait until a turn brings none: turns are short
 * then, and as many are taken as there are. Returns what the server has to be given as its handler;
 * `watch` tells it of the server.
 */
export function acceptFirst(handle: Handle): { handle: Handle; watch(server: Server): void } {
  let waiting: [IncomingMessage, ServerResponse][] = [];
  let isAccepting = false;
  let taken = 0;
  let takenBefore = 0;

  function turn(): void {
    if (taken > takenBefore && taken < TAKEN_MAX) {
      takenBefore = taken;
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
        taken += 1;
        if (isAccepting) return;
        isAccepting = true;
        taken = 1;
        takenBefore = 0;
        setImmediate(turn);
      });
    },
  };
}
