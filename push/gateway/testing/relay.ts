import { connect, createServer, type Socket } from "node:net";

/** A load balancer of one target: new connections go to `targetPort` as it is at that time. */
export async function startRelay(targetPort: number) {
  const sockets = new Set<Socket>();
  const relay = {
    targetPort,
    port: 0,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  const server = createServer((incoming) => {
    const outgoing = connect(relay.targetPort, "127.0.0.1");
    for (const socket of [incoming, outgoing]) {
      sockets.add(socket);
      socket.on("error", () => socket.destroy());
      socket.on("close", () => sockets.delete(socket));
    }
    incoming.pipe(outgoing).pipe(incoming);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (typeof address === "object" && address) relay.port = address.port;
  return relay;
}
