import { createServer } from "node:http";
import type { Socket } from "node:net";
import { WebSocketServer } from "ws";
import { eventFrame } from "@/push/gateway/protocol/frames";
import { roomName } from "./channels";
import { readMemory } from "./read-memory";
import { serveParent } from "./serve-parent";

const sockets: Socket[] = [];

/** The floor: `ws` without a protocol; one frame built once is written to every raw socket. */
serveParent<{ command: "start" } | { command: "memory" } | { command: "send"; data: string }>(
  async (request) => {
    if (request.command === "memory") return readMemory();
    if (request.command === "send") {
      const frame = eventFrame("gift", roomName(0), request.data);
      for (const socket of sockets) socket.write(frame);
      return {};
    }
    const server = createServer();
    const webSockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
    server.on("upgrade", (upgrade, socket, head) => {
      webSockets.handleUpgrade(upgrade, socket, head, () => sockets.push(socket as Socket));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    return { port: typeof address === "object" && address ? address.port : 0 };
  },
);
