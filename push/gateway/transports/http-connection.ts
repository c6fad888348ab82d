import type { ServerResponse } from "node:http";
import { SocketConnection } from "../channels/socket-connection";
import type { GatewayLimits } from "../limits/limits";
import type { Frame } from "../protocol/frames";
import { encodeClose, encodeMessages, HEARTBEAT_LINE, joinMessages } from "./http-lines";

/** How long the last line may wait for a reader. */
const UNREAD_GOODBYE_MS_MAX = 3_000;

/**
 * A client that reads from HTTP responses, one after the other: a response is either written to as long as the client
 * keeps it (streaming) or ended with the first thing there is to say (polling). What is said while there is none waits
 * for the next.
 */
export class HttpConnection extends SocketConnection {
  private receiver: { response: ServerResponse; isStreaming: boolean } | undefined;
  private waiting: string[] = [];
  private waitingBytes = 0;
  private goodbye: string | undefined;
  private isGone = false;
  private detachedAtMs: number;
  private readonly gone: Promise<void>;
  private resolveGone: () => void = () => {};

  constructor(
    socketId: string,
    limits: GatewayLimits,
    private readonly gapMs: number,
    nowMs: number,
  ) {
    super(socketId, limits, nowMs);
    this.detachedAtMs = nowMs;
    this.gone = new Promise((resolve) => {
      this.resolveGone = resolve;
    });
  }

  get isOpen(): boolean {
    return this.goodbye === undefined && !this.isGone;
  }

  get bufferedBytes(): number {
    return this.waitingBytes + (this.receiver?.response.writableLength ?? 0);
  }

  /** The client reads from this response from now on, and no longer from the one before. */
  attach(response: ServerResponse, isStreaming: boolean, nowMs: number): void {
    this.markReceived(nowMs);
    // A new request after a ping shows that the response before it has arrived.
    if (!isStreaming) this.markPong();
    this.receiver?.response.end();
    this.receiver = { response, isStreaming };
    response.once("close", () => this.detach(response));
    this.flush();
  }

  /** The client asked whether we are there, or answered that it is. */
  receiveHeartbeat(nowMs: number): void {
    this.markReceived(nowMs);
    if (!this.markPong()) this.say(joinMessages([]));
  }

  write(frames: Frame): void {
    if (!this.isOpen) return;
    this.waiting.push(encodeMessages(frames));
    this.waitingBytes += frames.length;
    this.flush();
    this.countWritten(frames.length);
  }

  override keepAlive(nowMs: number): void {
    if (!this.receiver && nowMs - this.detachedAtMs > this.gapMs) {
      this.destroy();
    } else {
      super.keepAlive(nowMs);
    }
  }

  whenClosed(): Promise<void> {
    return this.gone;
  }

  protected ping(): void {
    this.say(HEARTBEAT_LINE);
  }

  protected end(code: number, reason: string): void {
    this.goodbye = encodeClose(code, reason);
    this.flush();
  }

  /** Its requests find no session any more. */
  protected ignore(): void {}

  protected destroy(): void {
    if (this.isGone) return;
    this.isGone = true;
    this.waiting = [];
    this.waitingBytes = 0;
    const { receiver } = this;
    this.receiver = undefined;
    receiver?.response.destroy();
    this.resolveGone();
  }

  private flush(): void {
    if (!this.receiver) return;
    if (this.waiting.length > 0) {
      const line = joinMessages(this.waiting);
      this.waiting = [];
      this.waitingBytes = 0;
      this.say(line);
    }
    if (this.goodbye !== undefined) this.depart(this.goodbye);
  }

  /** Writes one line now. Without a reader it is lost, so it must be one that the next request makes up for. */
  private say(line: string): void {
    if (!this.receiver) return;
    const { response, isStreaming } = this.receiver;
    if (isStreaming || this.goodbye !== undefined) {
      response.write(line);
    } else {
      this.detach(response);
      response.end(line);
    }
  }

  private depart(line: string): void {
    const { receiver } = this;
    this.isGone = true;
    this.receiver = undefined;
    const response = receiver?.response;
    response?.end(line);
    // One that does not read keeps no connection by that.
    setTimeout(() => response?.writableFinished || response?.destroy(), UNREAD_GOODBYE_MS_MAX).unref();
    this.resolveGone();
  }

  private detach(response: ServerResponse): void {
    if (this.receiver?.response !== response) return;
    this.receiver = undefined;
    this.detachedAtMs = performance.now();
  }
}
