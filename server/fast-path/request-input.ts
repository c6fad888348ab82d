import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { TRPCError } from "@trpc/server";

/** The body or the query string as the caller sent it; parsed when a procedure first asks for its input. */
export interface RawInput {
  isBatch: boolean;
  text: string | undefined;
  failure: TRPCError | undefined;
  parsed: Record<number, unknown> | undefined;
}

/** Fills `input` with the body, or with the reason why there is none. Settles also when the caller goes away. */
export function readBody(request: IncomingMessage, bytesMax: number, input: RawInput): Promise<void> {
  return new Promise((resolve) => {
    const connection = connectionOf(request.socket);
    let first: Buffer | undefined;
    let more: Buffer[] | undefined;
    let bytes = 0;
    const onGone = () => fail("CLIENT_CLOSED_REQUEST");
    const forget = () => {
      // The next request may have begun already.
      if (connection.onGone === onGone) connection.onGone = undefined;
    };
    const fail = (code: "PAYLOAD_TOO_LARGE" | "CLIENT_CLOSED_REQUEST") => {
      input.failure = new TRPCError({ code });
      forget();
      request.off("data", onData);
      // The rest is dropped, so that the answer arrives.
      request.resume();
      resolve();
    };
    const onData = (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > bytesMax) fail("PAYLOAD_TOO_LARGE");
      else if (!first) first = chunk;
      else if (more) more.push(chunk);
      else more = [first, chunk];
    };
    connection.onGone = onGone;
    request.on("data", onData);
    request.on("end", () => {
      forget();
      if (more) input.text = Buffer.concat(more).toString();
      else input.text = first ? first.toString() : "";
      resolve();
    });
  });
}

/** The input of each call by its index. Throws what tRPC's own adapter throws for input it cannot read. */
export function readInput(input: RawInput): Record<number, unknown> {
  if (input.parsed) return input.parsed;
  if (input.failure) throw input.failure;
  const { text } = input;
  if (text === undefined) {
    input.parsed = {};
    return input.parsed;
  }
  let value: unknown;
  try {
    value = JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
  } catch (cause) {
    throw new TRPCError({ code: "BAD_REQUEST", message: (cause as Error).message, cause });
  }
  if (!input.isBatch) {
    input.parsed = { 0: value };
  } else if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    input.parsed = value as Record<number, unknown>;
  } else {
    throw new TRPCError({
      code: "BAD_REQUEST",
      message: '"input" needs to be an object when doing a batch call',
    });
  }
  return input.parsed;
}

interface Connection {
  /** Aborts when the connection goes away. One for all its requests: it carries them one after the other. */
  signal: AbortSignal;
  /** Called when it goes away in the middle of a body, of which there is one at a time. */
  onGone: (() => void) | undefined;
}
const connections = new WeakMap<Socket, Connection>();

/** Listens once for all requests of a connection: a listener for each takes as long as parsing its headers. */
export function connectionOf(socket: Socket): Connection {
  let connection = connections.get(socket);
  if (!connection) {
    const controller = new AbortController();
    const made: Connection = { signal: controller.signal, onGone: undefined };
    socket.once("close", () => {
      made.onGone?.();
      controller.abort();
    });
    connections.set(socket, made);
    connection = made;
  }
  return connection;
}
