import { connect, createServer, type Socket } from "node:net";

/** One address for several processes: each new connection goes to the next of them that takes it. */
export interface Balancer {
  readonly port: number;
  add(port: number): void;
  remove(port: number): void;
  /** Cuts every connection there is; new ones are taken. */
  cutAll(): void;
  close(): Promise<void>;
}

/**
 * Connections that may wait to be taken. Node's 511 overflow when everybody comes back at once, and whoever finds no room
 * tries again after a second, three, seven: longer than they have patience.
 */
const BACKLOG = 65_535;

/** A plain TCP balancer in turns. A connection that no process takes is closed. */
export async function startBalancer(): Promise<Balancer> {
  const ports: number[] = [];
  const sockets = new Set<Socket>();
  let turn = 0;

  const track = (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.once("close", () => sockets.delete(socket));
  };

  const cutAll = () => {
    for (const socket of sockets) socket.destroy();
  };

  const server = createServer((incoming) => {
    track(incoming);
    turn += 1;
    const candidates = ports.map((_, index) => ports[(turn + index) % ports.length] ?? 0);
    const tryNext = () => {
      const port = candidates.shift();
      if (port === undefined || incoming.destroyed) {
        incoming.destroy();
        return;
      }
      const outgoing = connect(port, "127.0.0.1");
      outgoing.once("error", tryNext);
      outgoing.once("connect", () => {
        outgoing.off("error", tryNext);
        track(outgoing);
        // A process that was killed takes its connections with it; its clients must see that.
        outgoing.once("close", () => incoming.destroy());
        incoming.once("close", () => outgoing.destroy());
        incoming.pipe(outgoing).pipe(incoming);
      });
    };
    tryNext();
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port: 0, host: "127.0.0.1", backlog: BACKLOG }, resolve);
  });
  const address = server.address();
  return {
    port: typeof address === "object" && address ? address.port : 0,
    add: (port) => ports.push(port),
    remove(port) {
      const index = ports.indexOf(port);
      if (index >= 0) ports.splice(index, 1);
    },
    cutAll,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        cutAll();
      }),
  };
}
