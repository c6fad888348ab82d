import type { ClientAddress } from "@/platform/security/client-address";
import { decideKeepalive, isLagging } from "../limits/keepalive";
import type { GatewayLimits } from "../limits/limits";
import { TokenBucket } from "../limits/token-bucket";
import type { Visitor } from "../limits/visitors";
import type { ChannelMember } from "../protocol/channel-events";
import { Code } from "../protocol/close-codes";
import { errorFrame, type Frame } from "../protocol/frames";
import * as metrics from "../push-metrics";

/** How long a closing handshake may take before the socket is cut. */
const CLOSE_HANDSHAKE_MS_MAX = 3_000;

export interface SignedInUser {
  id: string;
  userInfo: unknown;
  watchlist: string[];
}

/**
 * One client, whatever carries its messages. Everyone hands it complete WebSocket frames, so that a broadcast frames an
 * event once; a transport that is not a WebSocket takes them apart again.
 */
export abstract class SocketConnection {
  readonly subscriptions = new Map<string, Subscriber>();
  /** Users this socket has proven to act for, by sign-in or by signed channel data. */
  readonly provenUserIds = new Set<string>();
  /** Sessions whose signatures it has shown. It ends with the first of them. */
  readonly provenSessionIds = new Set<string>();
  /** When the first of them ends by itself, in ms since 1970. */
  sessionEndsAtMs = Number.POSITIVE_INFINITY;
  user: SignedInUser | undefined;
  /** All that come from the same address. */
  visitor: Visitor | undefined;
  /** Where it comes from. */
  address: ClientAddress | undefined;
  /** Gets no low-priority events until it has caught up. */
  lagging = false;

  readonly clientEventBucket: TokenBucket;
  private readonly messageBucket: TokenBucket;
  private receivedAtMs: number;
  private pingSentAtMs: number | undefined;
  private bytesSincePing: number;

  protected constructor(
    readonly socketId: string,
    private readonly limits: GatewayLimits,
    readonly openedAtMs: number,
  ) {
    this.receivedAtMs = openedAtMs;
    // All readers of a busy channel are written the same, and are not to be probed in the same moment.
    this.bytesSincePing = Math.random() * limits.bytesPerProbe;
    this.messageBucket = new TokenBucket(limits.clientMessageBurst, limits.clientMessagesPerSecond);
    this.clientEventBucket = new TokenBucket(limits.clientEventsPerSecond, limits.clientEventsPerSecond);
  }

  /** Whether frames may still be written: after a close nothing may follow. */
  abstract get isOpen(): boolean;

  /** Whether nobody would miss it. */
  get isUseless(): boolean {
    return this.subscriptions.size === 0 && this.user === undefined;
  }

  /** What was written and waits on this server for the reader. */
  abstract get bufferedBytes(): number;

  /** Writes one or more complete frames. A reader that has let too much pile up is cut off. */
  abstract write(frames: Frame): void;

  /** Asks whether the client is there, behind all that was written. */
  protected abstract ping(): void;

  /** Tells the client to go, after all that was written. */
  protected abstract end(code: number, reason: string): void;

  /** Takes nothing more from the client, not even what it has sent already. */
  protected abstract ignore(): void;

  /** Gone at once; what waits is lost. */
  protected abstract destroy(): void;

  /** Resolves when the client is gone. */
  abstract whenClosed(): Promise<void>;

  /** To be called by `write`. */
  protected countWritten(bytes: number): void {
    this.bytesSincePing += bytes;
    if (this.bufferedBytes > this.limits.bufferedBytesMax) this.cut("slow_reader");
  }

  /**
   * Counts something that the client sent; `cost` for how much work it makes. False when it shall not be looked at: it was
   * one too many and the client is told to go, or it has been told before. One that goes on all the same is ignored.
   */
  takeTurn(nowMs: number, cost = 1): boolean {
    if (this.messageBucket.take(nowMs, cost)) return this.isOpen;
    if (this.isOpen) this.refuse(Code.overCapacity, "Too many messages");
    else this.ignore();
    return false;
  }

  markReceived(nowMs: number): void {
    this.receivedAtMs = nowMs;
  }

  /** True when that answers a ping. */
  markPong(): boolean {
    const isAnswer = this.pingSentAtMs !== undefined;
    this.pingSentAtMs = undefined;
    this.lagging = false;
    return isAnswer;
  }

  /**
   * Called at each sweep: pings a silent or much-written-to client, closes one that does not answer or whose session is
   * over.
   */
  keepAlive(nowMs: number): void {
    if (Date.now() >= this.sessionEndsAtMs) {
      this.close(Code.reconnectNow, "This session has ended; reconnect");
      return;
    }
    const liveness = {
      receivedAtMs: this.receivedAtMs,
      pingSentAtMs: this.pingSentAtMs,
      bytesSincePing: this.bytesSincePing,
      bufferedBytes: this.bufferedBytes,
    };
    this.lagging = isLagging(liveness, this.limits, nowMs);
    const decision = decideKeepalive(liveness, this.limits, nowMs);
    if (decision === "close") this.close(Code.noPong, "Pong reply not received");
    if (decision === "ping") {
      this.ping();
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
    this.end(code, reason);
    setTimeout(() => this.destroy(), CLOSE_HANDSHAKE_MS_MAX).unref();
  }

  /** A close message would only stand in the same queue. */
  protected cut(reason: string): void {
    metrics.closed.inc({ code: reason });
    this.destroy();
  }
}

/** The join number of a socket that is still on its way in. */
export const NOT_ADMITTED = 0;

/** One socket in one channel. */
export interface Subscriber {
  readonly connection: SocketConnection;
  /** The channel's count of joins up to and with this one: it gets what was published after that. */
  joinNumber: number;
  /** Set on presence channels. */
  readonly member: ChannelMember | undefined;
  /** Whom it counts as; null for nobody, undefined where the app does not say. */
  readonly viewer: string | null | undefined;
}
