import type { Server } from "node:http";
import type { Socket } from "node:net";
import { KEEP_ALIVE_MS } from "@/platform/http/keep-alive";
import { type ClientAddress, type CountedAddress, clientAddress } from "@/platform/security/client-address";
import { connectionsClosed, connectionsOpen } from "./fence-metrics";

/** A connection that has not asked for anything by then is closed. */
export const SILENT_MS_MAX = 10_000;
/** A request, its body included, has to be here by then. */
export const REQUEST_MS_MAX = 15_000;
/** Who does not read its answer is closed. Each such time it must have taken this many bytes. */
const STALL_MS_MAX = 15_000;
const STALL_BYTES_MIN = 4_096;
/** Longer than any answer of ours takes to begin, and than a connection is kept between requests. */
const IDLE_MS_MAX = KEEP_ALIVE_MS + 10_000;
const SWEEP_MS = 1_000;
/** The last tenth of all connections is for addresses that hold few. */
const RESERVE_PART = 0.1;
const FEW_CONNECTIONS = 16;

/** What is known of an open connection. */
export interface Visit {
  readonly address: ClientAddress;
  readonly openedMs: number;
  /** 0 until the first request. */
  lastRequestMs: number;
  lastWriteMs: number;
  writtenBytes: number;
  /** When what the caller has not taken was last looked at afresh, and how much had been taken by then. */
  stalledFromMs: number;
  takenBytes: number;
  /** It has been told to go; what it still asks is not heard. */
  isRefused: boolean;
}

export interface ConnectionLimits {
  connectionsMax: number;
  /** 0 where connections are a proxy's and say nothing of the caller. */
  connectionsPerAddressMax: number;
  /** Milliseconds that an address has to wait before its next connection; 0 when it may have it. */
  consumeConnect(address: CountedAddress, nowMs: number): number;
}

/**
 * Counts connections by address from the moment they are accepted, and closes those that only take up room: silent ones,
 * ones that never read, and ones kept alive by bytes that are no request. Node's own time-outs end slow heads and bodies.
 */
export class Connections {
  readonly #visits = new Map<Socket, Visit>();
  readonly #counts = new Map<CountedAddress, number>();

  constructor(private readonly limits: ConnectionLimits) {}

  get size(): number {
    return this.#visits.size;
  }

  find(socket: Socket): Visit | undefined {
    return this.#visits.get(socket);
  }

  guard(server: Server): void {
    // Beyond this Node drops them before they cost anything.
    server.maxConnections = this.limits.connectionsMax;
    server.on("connection", (socket: Socket) => this.#receive(socket));
    const sweep = setInterval(() => this.sweep(performance.now()), SWEEP_MS);
    sweep.unref();
    server.on("close", () => clearInterval(sweep));
  }

  /** A connection that is no longer HTTP. */
  release(socket: Socket): void {
    this.#forget(socket);
  }

  #receive(socket: Socket): void {
    const nowMs = performance.now();
    const address = clientAddress({ headers: {}, socket }, false);
    const { counted } = address;
    const held = this.#counts.get(counted) ?? 0;
    const reason = this.#refusal(counted, held, nowMs);
    if (reason) {
      connectionsClosed.inc({ reason });
      socket.destroy();
      return;
    }
    this.#counts.set(counted, held + 1);
    this.#visits.set(socket, {
      address,
      openedMs: nowMs,
      lastRequestMs: 0,
      lastWriteMs: 0,
      writtenBytes: 0,
      stalledFromMs: 0,
      takenBytes: 0,
      isRefused: false,
    });
    connectionsOpen.set(this.#visits.size);
    socket.once("close", () => this.#forget(socket));
  }

  #refusal(counted: CountedAddress, held: number, nowMs: number): string | undefined {
    const { connectionsMax, connectionsPerAddressMax } = this.limits;
    if (connectionsPerAddressMax === 0) return undefined;
    if (held >= connectionsPerAddressMax) return "address";
    const isNearlyFull = this.#visits.size >= connectionsMax * (1 - RESERVE_PART);
    if (isNearlyFull && held >= FEW_CONNECTIONS) return "full";
    return this.limits.consumeConnect(counted, nowMs) > 0 ? "rate" : undefined;
  }

  #forget(socket: Socket): void {
    const visit = this.#visits.get(socket);
    if (!visit) return;
    this.#visits.delete(socket);
    connectionsOpen.set(this.#visits.size);
    const { counted } = visit.address;
    const left = (this.#counts.get(counted) ?? 1) - 1;
    if (left > 0) this.#counts.set(counted, left);
    else this.#counts.delete(counted);
  }

  /** Closes what has had its time. */
  sweep(nowMs: number): void {
    for (const [socket, visit] of this.#visits) {
      const reason = findFault(socket, visit, nowMs);
      if (!reason) continue;
      connectionsClosed.inc({ reason });
      socket.destroy();
    }
  }
}

function findFault(socket: Socket, visit: Visit, nowMs: number): "silent" | "stalled" | "idle" | undefined {
  if (visit.lastRequestMs === 0) return nowMs - visit.openedMs >= SILENT_MS_MAX ? "silent" : undefined;
  const { bytesWritten, writableLength } = socket;
  if (bytesWritten !== visit.writtenBytes) {
    visit.writtenBytes = bytesWritten;
    visit.lastWriteMs = nowMs;
  }
  const takenBytes = bytesWritten - writableLength;
  if (writableLength === 0) {
    visit.stalledFromMs = 0;
  } else if (visit.stalledFromMs === 0) {
    visit.stalledFromMs = nowMs;
    visit.takenBytes = takenBytes;
  } else if (nowMs - visit.stalledFromMs >= STALL_MS_MAX) {
    if (takenBytes - visit.takenBytes < STALL_BYTES_MIN) return "stalled";
    visit.stalledFromMs = nowMs;
    visit.takenBytes = takenBytes;
  }
  return nowMs - Math.max(visit.lastRequestMs, visit.lastWriteMs) >= IDLE_MS_MAX ? "idle" : undefined;
}
