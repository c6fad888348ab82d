import { z } from "zod";
import { type Frame, readTexts } from "../protocol/frames";

/**
 * The lines of a response that carries messages, as `pusher-js` reads them (they are those of SockJS,
 * https://github.com/sockjs/sockjs-protocol): open, messages, heartbeat, close.
 */
export const HEARTBEAT_LINE = "h\n";

/** With the server that the client shall go on with, if that is another. */
export function encodeOpen(hostname?: string): string {
  return hostname === undefined ? "o\n" : `o${JSON.stringify({ hostname })}\n`;
}

/** Messages encoded before, as one line. */
export function joinMessages(encoded: readonly string[]): string {
  return `a[${encoded.join(",")}]\n`;
}

export function encodeClose(code: number, reason: string): string {
  return `c${JSON.stringify([code, reason])}\n`;
}

let lastFrames: Frame | undefined;
let lastEncoded = "";

/**
 * The messages of these frames as JSON strings, separated by commas. A broadcast hands the same frames to one reader
 * after the other, so the last answer is kept.
 */
export function encodeMessages(frames: Frame): string {
  if (frames !== lastFrames) {
    lastEncoded = readTexts(frames)
      .map((text) => JSON.stringify(text))
      .join(",");
    lastFrames = frames;
  }
  return lastEncoded;
}

const SentMessages = z.array(z.string());

/** The messages a client sent in one request, or undefined when that is not what the body holds. */
export function parseSentMessages(body: Buffer): string[] | undefined {
  try {
    return SentMessages.parse(JSON.parse(body.toString("utf8")));
  } catch {
    return undefined;
  }
}
