import { once } from "node:events";
import type { Socket } from "node:net";
import { WebSocket } from "ws";
import { SocketConnection } from "../channels/socket-connection";
import type { GatewayLimits } from "../limits/limits";
import { CONTROL_PING_FRAME, type Frame, PING_FRAME } from "../protocol/frames";

/**
 * A client on a WebSocket. Frames are written as ready-made bytes straight to the TCP socket: `ws` writes whole frames
 * of its own (pongs, close) in one call each and compression is off, so the two never mix inside a frame.
 */
export class WebSocketConnection extends SocketConnection {
  private pingFrame: Frame = PING_FRAME;

  constructor(
    socketId: string,
    private readonly ws: WebSocket,
    private readonly tcp: Socket,
    limits: GatewayLimits,
    nowMs: number,
  ) {
    super(socketId, limits, nowMs);
  }

  get isOpen(): boolean {
    return this.ws.readyState === WebSocket.OPEN;
  }

  get bufferedBytes(): number {
    return this.tcp.writableLength;
  }

  write(frames: Frame): void {
    if (!this.isOpen) return;
    this.tcp.write(frames);
    this.countWritten(frames.length);
  }

  /** From now on pings are control frames, which the client's WebSocket library answers by itself. */
  useControlPings(): void {
    this.pingFrame = CONTROL_PING_FRAME;
    this.ws.on("ping", () => this.markReceived(performance.now()));
    this.ws.on("pong", () => {
      this.markReceived(performance.now());
      this.markPong();
    });
  }

  protected ping(): void {
    this.write(this.pingFrame);
  }

  protected end(code: number, reason: string): void {
    this.ws.close(code, reason);
  }

  protected ignore(): void {
    this.ws.pause();
  }

  protected destroy(): void {
    this.ws.terminate();
  }

  async whenClosed(): Promise<void> {
    if (this.ws.readyState !== WebSocket.CLOSED) await once(this.ws, "close");
  }
}
