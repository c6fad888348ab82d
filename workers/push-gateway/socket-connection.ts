import { once } from "node:events";
import type { Socket } from "node:net";
import { WebSocket } from "ws";
import { Code } from "./close-codes";
import { decideKeepalive, isLagging } from "./keepalive";
import type { GatewayLimits } from "./limits";
import type { ChannelMember } from "./presence";
import { errorFrame, type Frame, PING_FRAME } from "./protocol-frames";
import * as metrics from "./push-metrics";
import { TokenBucket } from "./token-bucket";

/** How long a closing handshake may take before the socket is cut. */
const CLOSE_HANDSHAKE_MS_MAX = 3_000;

export interface SignedInUser {
  id: string;
  userInfo: unknown;
  watchlist: string[];
}

/**
 * One client. Events are written as ready-made bytes straight to the TCP socket: `ws` writes whole frames of its own
 * (pongs, close) in one call each and compression is off, so the two never mix inside a frame.
 */
export class SocketConnection {
  readonly subscriptions = new Map<string, Subscriber>();
  /** Users this socket has proven to act for, by sign-in or by signed channel data. */
  readonly provenUserIds = new Set<string>();
  user: SignedInUser | undefined;
  /** Gets no low-priority events until it has caught up. */
  lagging = false;

  readonly messageBucket: TokenBucket;
  readonly clientEventBucket: TokenBucket;
  private receivedAtMs: number;
  private pingSentAtMs: number | undefined;
  private bytesSincePing = 0;

  constructor(
    readonly socketId: string,
    private readonly ws: WebSocket,
    private readonly tcp: Socket,
    private readonly limits: GatewayLimits,
    nowMs: number,
  ) {
    this.receivedAtMs = nowMs;
    this.messageBucket = new TokenBucket(limits.clientMessageBurst, limits.clientMessagesPerSecond);
    this.clientEventBucket = new TokenBucket(limits.clientEventsPerSecond, limits.clientEventsPerSecond);
  }

  /** Whether frames may still be written: after a close frame nothing may follow. */
  get isOpen(): boolean {
    return this.ws.readyState === WebSocket.OPEN;
  }

  /** Writes one or more complete frames. A reader that has let too much pile up is cut off. */
  write(frames: Frame): void {
    if (!this.isOpen) return;
    this.tcp.write(frames);
    this.bytesSincePing += frames.length;
    if (this.tcp.writableLength > this.limits.bufferedBytesMax) this.cut("slow_reader");
  }

  markReceived(nowMs: number): void {
    this.receivedAtMs = nowMs;
  }

  markPong(): void {
    this.pingSentAtMs = undefined;
    this.lagging = false;
  }

  /** Called at each sweep: pings a silent or much-written-to client, closes one that does not answer. */
  keepAlive(nowMs: number): void {
    const liveness = {
      receivedAtMs: this.receivedAtMs,
      pingSentAtMs: this.pingSentAtMs,
      bytesSincePing: this.bytesSincePing,
      bufferedBytes: this.tcp.writableLength,
    };
    this.lagging = isLagging(liveness, this.limits, nowMs);
    const decision = decideKeepalive(liveness, this.limits, nowMs);
    if (decision === "close") this.close(Code.noPong, "Pong reply not received");
    if (decision === "ping") {
      this.write(PING_FRAME);
      this.pingSentAtMs = nowMs;
      this.bytesSincePing = 0;
    }
  }

  sendError(code: number | null, message: string): void {
    this.write(errorFrame(code, message));
  }

  /** Says why and closes, for the codes after which a client stays away. */
  refuse(code: number, message: string): void {
    this.sendError(code, message);
    this.close(code, message);
  }

  close(code: number, reason: string): void {
    if (!this.isOpen) return;
    metrics.closed.inc({ code });
    this.ws.close(code, reason);
    setTimeout(() => this.ws.terminate(), CLOSE_HANDSHAKE_MS_MAX).unref();
  }

  /** Resolves when the socket is gone. */
  async whenClosed(): Promise<void> {
    if (this.ws.readyState !== WebSocket.CLOSED) await once(this.ws, "close");
  }

  /** A close frame would only stand in the same queue, so the socket is destroyed. */
  private cut(reason: string): void {
    metrics.closed.inc({ code: reason });
    this.ws.terminate();
  }
}

/** One socket in one channel. */
export interface Subscriber {
  readonly connection: SocketConnection;
  /** The channel's count of joins up to and with this one: it gets what was published after that. */
  readonly joinNumber: number;
  /** Set on presence channels. */
  readonly member: ChannelMember | undefined;
}
