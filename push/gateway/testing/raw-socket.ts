import { randomBytes } from "node:crypto";
import { connect, type Socket } from "node:net";
import { TEST_APP } from "./test-gateway";

interface SentFrame {
  opcode: number;
  payload?: Buffer | string;
  fin?: boolean;
  /** The reserved bits, as they stand in the first byte. */
  reserved?: number;
  masked?: boolean;
  /** What the header claims instead of the length of the payload. */
  claimedLength?: bigint;
}

export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 };

/** A client frame, right or wrong (RFC 6455 section 5.2). */
export function clientFrame(sent: SentFrame): Buffer {
  const { opcode, fin = true, reserved = 0, masked = true } = sent;
  const payload = Buffer.from(sent.payload ?? "");
  const length = sent.claimedLength ?? BigInt(payload.length);
  const header = [(fin ? 0x80 : 0) | reserved | opcode];
  const maskBit = masked ? 0x80 : 0;
  if (length < 126n) {
    header.push(maskBit | Number(length));
  } else {
    const lengthBytes = Buffer.alloc(8);
    lengthBytes.writeBigUInt64BE(length);
    if (length < 65_536n) header.push(maskBit | 126, ...lengthBytes.subarray(6));
    else header.push(maskBit | 127, ...lengthBytes);
  }
  // A mask of zeros leaves the payload as it is.
  return Buffer.concat([Buffer.from(header), Buffer.alloc(masked ? 4 : 0), payload]);
}

interface ReceivedFrame {
  opcode: number;
  payload: Buffer;
}

/** A TCP socket to the gateway, for what no client library would send. */
export class RawSocket {
  readonly closed: Promise<void>;
  private bytes = Buffer.alloc(0);
  private isClosed = false;
  private wake: (() => void) | undefined;

  private constructor(readonly tcp: Socket) {
    tcp.on("data", (chunk: Buffer) => {
      this.bytes = Buffer.concat([this.bytes, chunk]);
      this.wake?.();
    });
    tcp.on("error", () => {});
    this.closed = new Promise((resolve) => {
      tcp.on("close", () => {
        this.isClosed = true;
        this.wake?.();
        resolve();
      });
    });
  }

  static open(port: number): RawSocket {
    return new RawSocket(connect(port, "127.0.0.1"));
  }

  /** A WebSocket that has been greeted. */
  static async upgrade(port: number, query = "?protocol=7"): Promise<RawSocket> {
    const socket = RawSocket.open(port);
    socket.write(
      `GET /app/${TEST_APP.key}${query} HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n` +
        `sec-websocket-version: 13\r\nsec-websocket-key: ${randomBytes(16).toString("base64")}\r\n\r\n`,
    );
    await socket.readUntil("\r\n\r\n");
    await socket.nextFrame();
    return socket;
  }

  write(bytes: Buffer | string): void {
    this.tcp.write(bytes);
  }

  /** Takes what came up to and with this text. Throws when the socket closed without it. */
  async readUntil(text: string): Promise<string> {
    for (;;) {
      const at = this.bytes.indexOf(text);
      if (at >= 0) return this.take(at + text.length).toString();
      await this.more();
    }
  }

  /** All that came and was not taken, as soon as the gateway hung up. */
  async readToEnd(): Promise<string> {
    await this.closed;
    return this.take(this.bytes.length).toString();
  }

  /** The next frame from the gateway, or undefined when the socket closed. */
  async nextFrame(): Promise<ReceivedFrame | undefined> {
    for (;;) {
      const frame = this.parseFrame();
      if (frame) return frame;
      if (this.isClosed) return undefined;
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
  }

  /** Waits for the gateway's close frame and for the end. Undefined when it hung up without one. */
  async closeCode(): Promise<number | undefined> {
    let code: number | undefined;
    for (let frame = await this.nextFrame(); frame; frame = await this.nextFrame()) {
      if (frame.opcode === OPCODE.close) code = frame.payload.readUInt16BE(0);
    }
    await this.closed;
    return code;
  }

  private parseFrame(): ReceivedFrame | undefined {
    const [first, second] = this.bytes;
    if (first === undefined || second === undefined) return undefined;
    const headerBytes = second < 126 ? 2 : 4;
    if (this.bytes.length < headerBytes) return undefined;
    const length = second < 126 ? second : this.bytes.readUInt16BE(2);
    if (this.bytes.length < headerBytes + length) return undefined;
    return { opcode: first & 0x0f, payload: this.take(headerBytes + length).subarray(headerBytes) };
  }

  private take(count: number): Buffer {
    const taken = this.bytes.subarray(0, count);
    this.bytes = this.bytes.subarray(count);
    return taken;
  }

  private async more(): Promise<void> {
    if (this.isClosed) throw new Error(`The socket closed after ${JSON.stringify(this.bytes.toString())}`);
    await new Promise<void>((resolve) => {
      this.wake = resolve;
    });
  }
}
