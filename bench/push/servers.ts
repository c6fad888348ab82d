import { type Child, startChild } from "./child";
import type { GatewayStart } from "./gateway-process";
import { openPublisher, type Send } from "./publisher";

/** A server under load: the gateway, or the bare one that is the floor. */
export interface Server {
  readonly child: Child;
  readonly port: number;
  readonly send: Send;
  close: () => Promise<void>;
}

export async function startRawServer(): Promise<Server> {
  const child = await startChild("raw-server");
  const { port } = await child.ask<{ port: number }>({ command: "start" });
  return {
    child,
    port,
    async send(events) {
      for (const { data } of events) await child.ask({ command: "send", data });
    },
    close: () => child.stop(),
  };
}

export async function startGateway(options: Omit<GatewayStart, "command"> = {}): Promise<Server> {
  const child = await startChild("gateway-process");
  const { port } = await child.ask<{ port: number }>({ command: "start", ...options });
  const publisher = openPublisher(port);
  return {
    child,
    port,
    send: publisher.send,
    async close() {
      publisher.close();
      await child.stop();
    },
  };
}
