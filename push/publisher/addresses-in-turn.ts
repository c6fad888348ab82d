import { type AgentOptions, Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { connect, isIP, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import type { PushAddress } from "@/platform/settings/push-addresses";

/** An address that says nothing when it is called is left for the next one. */
const CONNECT_MS_MAX = 700;
/** Calls that fail together say the same of one address: it is left once. */
const LEFT_AGAIN_MS = 1_000;

type Callback = (error: Error | null, socket?: Socket) => void;

/** Which of several push gateways is called: the one that answered last, and the next one when it does not. */
export class AddressesInTurn {
  readonly agent: HttpAgent | HttpsAgent;
  #current = 0;
  #leftMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly addresses: readonly PushAddress[],
    private readonly isTls: boolean,
    options: AgentOptions,
  ) {
    const agent = isTls ? new HttpsAgent(options) : new HttpAgent(options);
    // Node's own way to say how a connection is made; it is given once it stands. A single address is left to Node.
    if (addresses.length > 1)
      Object.assign(agent, {
        createConnection: (_: unknown, done: Callback) => {
          this.#connect(0, done);
        },
      });
    this.agent = agent;
  }

  /** A call that was taken has failed all the same: the next one goes elsewhere, and no connection of before is used again. */
  leave(): void {
    if (this.addresses.length === 1) return;
    const now = performance.now();
    if (now - this.#leftMs < LEFT_AGAIN_MS) return;
    this.#leftMs = now;
    this.#current = (this.#current + 1) % this.addresses.length;
    for (const sockets of Object.values(this.agent.freeSockets)) {
      for (const socket of sockets ?? []) socket.destroy();
    }
  }

  #connect(tried: number, done: Callback): void {
    const index = (this.#current + tried) % this.addresses.length;
    const { host, port } = this.addresses[index] as PushAddress;
    const socket = this.isTls
      ? connectTls({ host, port, ...(isIP(host) ? {} : { servername: host }) })
      : connect({ host, port });
    const timer = setTimeout(
      () => socket.destroy(new Error(`${host}:${port} did not answer.`)),
      CONNECT_MS_MAX,
    );
    const fail = (error: Error) => {
      clearTimeout(timer);
      if (tried + 1 < this.addresses.length) this.#connect(tried + 1, done);
      else done(error);
    };
    socket.once("error", fail);
    socket.once(this.isTls ? "secureConnect" : "connect", () => {
      clearTimeout(timer);
      socket.off("error", fail);
      // Calls that began before it and end after it must not undo what they have found.
      if (tried > 0) this.#current = index;
      done(null, socket);
    });
  }
}
