import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Redis } from "ioredis";
import { type RedisServer, startRedis } from "@/stack/services/redis";

export interface OlderRedis {
  readonly url: string;
  /** Remembers everything as it is now. */
  keep(): void;
  /** The server dies, and comes back on the same port with what was kept. */
  goBack(): Promise<void>;
  stop(): Promise<void>;
}

/** A Redis of one test's own, as the product starts it, that can come back older than it was. */
export async function startOlderRedis(): Promise<OlderRedis> {
  const folder = mkdtempSync(join(tmpdir(), "downpour-older-"));
  const dir = join(folder, "redis");
  const kept = join(folder, "kept");
  const server: RedisServer = await startRedis({ dir, port: 0 });
  const log = (of: string) => join(of, "appendonlydir");
  return {
    url: server.url,
    // With appendfsync always every answered write is in these files.
    keep: () => cpSync(log(dir), log(kept), { recursive: true, force: true }),
    async goBack() {
      await server.kill9();
      rmSync(log(dir), { recursive: true });
      cpSync(log(kept), log(dir), { recursive: true });
      await server.restart();
    },
    async stop() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export interface LaggingPair {
  /** An address that leads to the master, and to the replica once it has taken over. */
  readonly url: string;
  readonly master: RedisServer;
  readonly replica: RedisServer;
  /** The replica hears nothing of what the master does from now on. */
  lag(): Promise<void>;
  /** The master dies, and the replica takes its place with what it has. */
  takeOver(): Promise<void>;
  stop(): Promise<void>;
}

/** A master with a replica, behind one address. */
export async function startLaggingPair(): Promise<LaggingPair> {
  const folder = mkdtempSync(join(tmpdir(), "downpour-pair-"));
  const password = "pair";
  const start = (name: string) =>
    startRedis({ dir: join(folder, name), port: 0, password, settings: { masterauth: password } });
  const [master, replica] = await Promise.all([start("master"), start("replica")]);
  const control = new Redis(replica.url);
  await control.replicaof("127.0.0.1", String(master.port));
  const relay = await startRelay(master.port);
  const isInStep = async () => /master_link_status:up/.test(await control.info("replication"));
  for (let i = 0; i < 200 && !(await isInStep()); i++) await delay(50);
  return {
    url: `redis://:${password}@127.0.0.1:${relay.port}/0`,
    master,
    replica,
    lag: async () => void (await control.replicaof("NO", "ONE")),
    async takeOver() {
      relay.leadTo(replica.port);
      await master.kill9();
    },
    async stop() {
      control.disconnect();
      await relay.close();
      await Promise.all([master.stop(), replica.stop()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function startRelay(port: number) {
  let target = port;
  const sockets = new Set<Socket>();
  const server = createServer((incoming) => {
    const outgoing = connect(target, "127.0.0.1");
    for (const [socket, other] of [
      [incoming, outgoing],
      [outgoing, incoming],
    ] as const) {
      sockets.add(socket);
      socket.on("error", () => socket.destroy());
      socket.on("close", () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
    incoming.pipe(outgoing).pipe(incoming);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    leadTo(other: number) {
      target = other;
      cut();
    },
    async close() {
      cut();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
