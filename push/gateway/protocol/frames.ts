import { type ExactNumber, stringifyExactJson } from "@/domain/rules/exact-json";

/**
 * Server messages as complete WebSocket frames. A frame is built once and the same bytes are written to every socket;
 * frames may be concatenated, because a reader takes them apart by their own lengths.
 * Framing: RFC 6455 section 5.2, one unmasked text frame with FIN.
 */
export type Frame = Buffer;

const FIN_TEXT = 0x81;

export function frameText(text: string): Frame {
  const { frame, headerBytes } = allocateFrame(Buffer.byteLength(text));
  frame.write(text, headerBytes);
  return frame;
}

/** The same of a text that is encoded already. */
export function frameBytes(text: Uint8Array): Frame {
  const { frame, headerBytes } = allocateFrame(text.length);
  frame.set(text, headerBytes);
  return frame;
}

function allocateFrame(payloadBytes: number): { frame: Frame; headerBytes: number } {
  const headerBytes = payloadBytes < 126 ? 2 : payloadBytes < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(headerBytes + payloadBytes);
  frame[0] = FIN_TEXT;
  if (headerBytes === 2) {
    frame[1] = payloadBytes;
  } else if (headerBytes === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(payloadBytes, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(payloadBytes), 2);
  }
  return { frame, headerBytes };
}

/** A user id keeps the JSON type the app gave it, and every digit. */
export type UserId = string | number | ExactNumber;

/**
 * An event of a channel. `data` is already a string and reaches the client to the letter.
 * `userId` tells who sent a client event on a presence channel.
 */
export function eventFrame(event: string, channel: string, data: string, userId?: UserId): Frame {
  return frameText(eventText(event, channel, data, userId));
}

export function eventText(event: string, channel: string, data: string, userId?: UserId): string {
  const sender = userId === undefined ? "" : `,"user_id":${stringifyExactJson(userId)}`;
  return `{"event":${JSON.stringify(event)},"channel":${JSON.stringify(channel)},"data":${JSON.stringify(data)}${sender}}`;
}

/** The data of an event, from its text. */
export function readData(text: string): string {
  return (JSON.parse(text) as { data: string }).data;
}

/** A message about the connection itself. `data` travels as a JSON string, as everything but `pusher:error` does. */
export function connectionFrame(event: string, data: object): Frame {
  return frameText(JSON.stringify({ event, data: stringifyExactJson(data) }));
}

/** A message about a channel, from the server. */
export function channelFrame(event: string, channel: string, data: object): Frame {
  return eventFrame(event, channel, stringifyExactJson(data) ?? "{}");
}

/** `code` is null where the protocol has no number for the mistake. */
export function errorFrame(code: number | null, message: string): Frame {
  return frameText(JSON.stringify({ event: "pusher:error", data: { code, message } }));
}

/** Every WebSocket library answers it by itself; see Handshake. RFC 6455 section 5.5.2. */
export const CONTROL_PING_FRAME: Frame = Buffer.from([0x89, 0]);
export const PING_FRAME = connectionFrame("pusher:ping", {});
export const PONG_FRAME = connectionFrame("pusher:pong", {});

/** The texts of one or more complete frames, as this file builds them. */
export function readTexts(frames: Frame): string[] {
  const texts: string[] = [];
  for (let at = 0; at < frames.length; ) {
    const shortLength = frames[at + 1] as number;
    const [start, length] =
      shortLength < 126
        ? [at + 2, shortLength]
        : shortLength === 126
          ? [at + 4, frames.readUInt16BE(at + 2)]
          : [at + 10, Number(frames.readBigUInt64BE(at + 2))];
    texts.push(frames.toString("utf8", start, start + length));
    at = start + length;
  }
  return texts;
}
