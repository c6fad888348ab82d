import { connect, createServer, type Socket } from "node:net";

/** Which way nothing passes: to the server, to the client, or neither way. */
export type SilentDirection = "to-server" | "to-client" | "both";

/**
 * Stands before a server and does to its connections what networks do. Processes are given its address by their settings.
 */
export interface TcpProxy {
  readonly port: number;
  /** How many connections there are now. */
  readonly connectionCount: number;
  /** The same address by way of this proxy: `through("redis://:secret@127.0.0.1:6379/0")`. */
  through(url: string): string;
  /**
   * Connections stay open and nothing passes, not even their end: neither side hears of the other any more. New ones are
   * taken and are silent as well, unless they shall work (`newOnes: "work"`): then those of now stay silent until `pass`.
   */
  silence(options?: { direction?: SilentDirection; newOnes?: "silent" | "work" }): void;
  /** New connections work; those that are silent stay so, as when a firewall has forgotten them. */
  passNewOnes(): void;
  /** Resets every connection; new ones are reset at once as well, unless they shall work. */
  cut(options?: { newOnes?: "work" | "reset" }): void;
  /** Whatever passes, passes this much later, each way, in order. */
  delay(delayMs: number): void;
  /** Back to normal: new ones work, silent ones go on with what was kept back, as after a short break of the network. */
  pass(): void;
  close(): Promise<void>;
}

interface Link {
  toServer: Lane;
  toClient: Lane;
  reset(): void;
}

export async function startTcpProxy(targetPort: number): Promise<TcpProxy> {
  const links = new Set<Link>();
  let delayMs = 0;
  let newOnes: "work" | "reset" | { silent: SilentDirection } = "work";

  const apply = (link: Link, direction: SilentDirection | undefined) => {
    link.toServer.setSilent(direction === "both" || direction === "to-server");
    link.toClient.setSilent(direction === "both" || direction === "to-client");
  };

  // The end of one direction is passed on like its bytes: the other may go on.
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    if (newOnes === "reset") {
      client.on("error", () => undefined);
      client.resetAndDestroy();
      return;
    }
    const upstream = connect({ port: targetPort, host: "127.0.0.1", allowHalfOpen: true, noDelay: true });
    const reset = () => {
      for (const socket of [client, upstream]) if (!socket.destroyed) socket.resetAndDestroy();
    };
    const link: Link = {
      toServer: new Lane(client, upstream, () => delayMs),
      toClient: new Lane(upstream, client, () => delayMs),
      reset,
    };
    for (const socket of [client, upstream]) {
      // Whoever is told of an error has lost its connection; over a silent link the other hears nothing of it.
      socket.on("error", () => {
        const lane = socket === client ? link.toServer : link.toClient;
        if (!lane.isSilent) reset();
      });
      socket.once("close", () => {
        if (client.destroyed && upstream.destroyed) links.delete(link);
      });
    }
    links.add(link);
    if (typeof newOnes === "object") apply(link, newOnes.silent);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;

  return {
    port,
    get connectionCount() {
      return links.size;
    },
    through(url) {
      const proxied = new URL(url);
      proxied.hostname = "127.0.0.1";
      proxied.port = String(port);
      return proxied.toString();
    },
    silence({ direction = "both", newOnes: those = "silent" } = {}) {
      newOnes = those === "work" ? "work" : { silent: direction };
      for (const link of links) apply(link, direction);
    },
    passNewOnes() {
      newOnes = "work";
    },
    cut({ newOnes: those = "reset" } = {}) {
      newOnes = those;
      for (const link of links) link.reset();
    },
    delay(ms) {
      delayMs = ms;
    },
    pass() {
      newOnes = "work";
      delayMs = 0;
      for (const link of links) apply(link, undefined);
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const link of links) link.reset();
      }),
  };
}

/** What waits in a lane before its source is read no further. */
const WAITING_BYTES_MAX = 1_048_576;

/** One direction of one connection. */
class Lane {
  isSilent = false;
  private readonly waiting: { chunk: Buffer | "end"; at: number }[] = [];
  private waitingBytes = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly from: Socket,
    private readonly to: Socket,
    private readonly delayMs: () => number,
  ) {
    from.on("data", (chunk: Buffer) => this.take(chunk));
    from.on("end", () => this.take("end"));
    to.on("drain", () => this.flow());
  }

  /** A silent lane is not read: its source sees a network that takes nothing, and its end stays unheard. */
  setSilent(isSilent: boolean): void {
    this.isSilent = isSilent;
    this.flow();
    if (!isSilent) this.deliver();
  }

  private take(chunk: Buffer | "end"): void {
    // In order, also when the delay was shortened meanwhile.
    const at = Math.max(performance.now() + this.delayMs(), this.waiting.at(-1)?.at ?? 0);
    this.waiting.push({ chunk, at });
    if (chunk !== "end") this.waitingBytes += chunk.length;
    this.deliver();
    this.flow();
  }

  private deliver(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    while (!this.isSilent) {
      const [next] = this.waiting;
      if (!next) break;
      const leftMs = next.at - performance.now();
      if (leftMs > 0) {
        this.timer = setTimeout(() => {
          this.deliver();
          this.flow();
        }, Math.ceil(leftMs));
        break;
      }
      this.waiting.shift();
      if (next.chunk === "end") {
        this.to.end();
      } else {
        this.waitingBytes -= next.chunk.length;
        if (!this.to.destroyed) this.to.write(next.chunk);
      }
    }
  }

  private flow(): void {
    const isFull = this.waitingBytes >= WAITING_BYTES_MAX || this.to.writableNeedDrain;
    if (this.isSilent || isFull) this.from.pause();
    else this.from.resume();
  }
}
