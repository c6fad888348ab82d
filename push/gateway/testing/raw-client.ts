import { once } from "node:events";
import { WebSocket } from "ws";
import type { App } from "../apps";
import { sign } from "../protocol/channel-auth";
import { TEST_APP } from "./test-gateway";

interface ServerMessage {
  event: string;
  channel?: string;
  data: unknown;
  user_id?: unknown;
}

/** A client that shows the protocol as it is on the wire. Messages are taken in order and waited for, never polled. */
export class RawClient {
  /** Everything received, in order. */
  readonly received: ServerMessage[] = [];
  socketId = "";
  readonly closed: Promise<{ code: number; reason: string }>;
  private taken = 0;
  private wake: (() => void) | undefined;

  private constructor(
    readonly ws: WebSocket,
    private readonly app: App,
  ) {
    ws.on("message", (data) => {
      this.received.push(JSON.parse((data as Buffer).toString()) as ServerMessage);
      this.wake?.();
    });
    this.closed = new Promise((resolve) => {
      ws.on("close", (code, reason) => {
        resolve({ code, reason: reason.toString() });
        this.wake?.();
      });
    });
    ws.on("error", () => {});
  }

  /** Opens a socket and leaves what comes to the test. */
  static open(
    port: number,
    path = `/app/${TEST_APP.key}?protocol=7&client=js&version=8.6.0`,
    headers: Record<string, string> = {},
  ): RawClient {
    return new RawClient(new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers }), TEST_APP);
  }

  /** Opens a socket and takes the greeting. */
  static async connect(port: number, app: App = TEST_APP): Promise<RawClient> {
    const ws = new WebSocket(`ws://127.0.0.1:${port}/app/${app.key}?protocol=7&client=js&version=8.6.0`);
    const client = new RawClient(ws, app);
    const greeting = await client.next();
    client.socketId = (JSON.parse(greeting.data as string) as { socket_id: string }).socket_id;
    return client;
  }

  /** The next message that has not been taken yet. Throws when the socket closed and there is none. */
  async next(): Promise<ServerMessage> {
    while (this.taken >= this.received.length) {
      if (this.ws.readyState === WebSocket.CLOSED)
        throw new Error("The socket closed before the message came");
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
    this.taken += 1;
    return this.received[this.taken - 1] as ServerMessage;
  }

  /** Takes messages up to the first with this event name. */
  async nextOf(event: string): Promise<ServerMessage> {
    for (;;) {
      const message = await this.next();
      if (message.event === event) return message;
    }
  }

  send(message: object | string): void {
    this.ws.send(typeof message === "string" ? message : JSON.stringify(message));
  }

  signature(channel: string, channelData?: string): string {
    const text = `${this.socketId}:${channel}${channelData === undefined ? "" : `:${channelData}`}`;
    return `${this.app.key}:${sign(this.app.secret, text)}`;
  }

  /** Asks for a channel with the right signature. */
  requestChannel(channel: string, channelData?: object): void {
    const channel_data = channelData && JSON.stringify(channelData);
    const auth = this.signature(channel, channel_data);
    this.send({ event: "pusher:subscribe", data: { channel, auth, channel_data } });
  }

  /** Asks for a channel and waits until it is granted. */
  async subscribe(channel: string, channelData?: object): Promise<ServerMessage> {
    this.requestChannel(channel, channelData);
    return this.nextOf("pusher_internal:subscription_succeeded");
  }

  signIn(userData: object): void {
    this.signInAs(JSON.stringify(userData));
  }

  /** With `user_data` to the letter. */
  signInAs(user_data: string): void {
    const auth = `${this.app.key}:${sign(this.app.secret, `${this.socketId}::user::${user_data}`)}`;
    this.send({ event: "pusher:signin", data: { auth, user_data } });
  }

  /** Everything sent before has been handled by the gateway, and all it answered has arrived. */
  async settle(): Promise<void> {
    this.send({ event: "pusher:ping", data: {} });
    await this.nextOf("pusher:pong");
  }

  async close(): Promise<void> {
    if (this.ws.readyState === WebSocket.CLOSED) return;
    this.ws.close();
    await once(this.ws, "close");
  }
}
