import { connect, type Socket } from "node:net";

const OPCODE_TEXT = 1;
const OPCODE_CLOSE = 8;
/** All sockets of a process read into the same memory, one after the other. */
const readBuffer = Buffer.allocUnsafe(262_144);

export interface LeanSocketOptions {
  port: number;
  /** Where it connects from; another loopback address brings another range of ports. */
  sourceAddress: string;
  onOpen: () => void;
  /** One text frame; the bytes are only good during the call. */
  onText: (bytes: Buffer, start: number, end: number) => void;
  /** The close frame's code, or null when the connection broke or never was. */
  onClose: (code: number | null) => void;
}

/** A WebSocket client that does as little as it can, so that reading costs less than what is measured. */
export class LeanSocket {
  private readonly tcp: Socket;
  private rest: Buffer | undefined;
  private isUpgraded = false;
  private isStalled = false;
  private closeCode: number | null = null;

  constructor(private readonly options: LeanSocketOptions) {
    this.tcp = connect({
      port: options.port,
      host: "127.0.0.1",
      localAddress: options.sourceAddress,
      onread: { buffer: readBuffer, callback: (count) => this.read(count) },
    });
    this.tcp.on("error", () => this.tcp.destroy());
    this.tcp.once("close", () => options.onClose(this.closeCode));
    this.tcp.write(
      "GET /app/bench-key?protocol=7&client=js&version=8.6.0 HTTP/1.1\r\nHost: bench\r\nUpgrade: websocket\r\n" +
        "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n",
    );
  }

  /** One masked text frame with the mask zero. At most 125 bytes. */
  sendText(text: string): void {
    this.tcp.write(Buffer.concat([Buffer.from([0x81, 0x80 | text.length, 0, 0, 0, 0]), Buffer.from(text)]));
  }

  /** Reads no more, and stays. */
  stall(): void {
    this.isStalled = true;
    this.tcp.pause();
  }

  destroy(): void {
    this.tcp.destroy();
  }

  private read(count: number): boolean {
    const { rest } = this;
    const bytes = rest ? Buffer.concat([rest, readBuffer.subarray(0, count)]) : readBuffer;
    const end = rest ? bytes.length : count;
    let offset = 0;
    if (!this.isUpgraded) {
      const headersEnd = bytes.subarray(0, end).indexOf("\r\n\r\n");
      if (headersEnd >= 0) {
        this.isUpgraded = true;
        offset = headersEnd + 4;
        this.options.onOpen();
      }
    }
    if (this.isUpgraded) offset = this.readFrames(bytes, offset, end);
    this.rest = offset === end ? undefined : Buffer.from(bytes.subarray(offset, end));
    return !this.isStalled;
  }

  /** Hands on the complete frames and returns where the incomplete one begins. */
  private readFrames(bytes: Buffer, from: number, end: number): number {
    let offset = from;
    while (end - offset >= 2) {
      const short = bytes[offset + 1] as number;
      const headerBytes = short < 126 ? 2 : short === 126 ? 4 : 10;
      if (end - offset < headerBytes) break;
      const start = offset + headerBytes;
      const length =
        short < 126
          ? short
          : short === 126
            ? bytes.readUInt16BE(offset + 2)
            : Number(bytes.readBigUInt64BE(offset + 2));
      const frameEnd = start + length;
      if (frameEnd > end) break;
      const opcode = (bytes[offset] as number) & 0x0f;
      if (opcode === OPCODE_TEXT) this.options.onText(bytes, start, frameEnd);
      if (opcode === OPCODE_CLOSE) {
        this.closeCode = length >= 2 ? bytes.readUInt16BE(start) : null;
        this.tcp.end();
      }
      offset = frameEnd;
    }
    return offset;
  }
}
