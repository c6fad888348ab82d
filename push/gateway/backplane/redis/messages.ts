/**
 * What travels on the stream of a place: one line that says what it is, then the body, passed on byte by byte. Scripts
 * write these lines too.
 */
export type StreamMessage =
  | { kind: "event"; version: number | undefined; delivery: Delivery; body: Buffer }
  | { kind: "member"; version: number; isThere: boolean; body: Buffer }
  | { kind: "user"; version: number; isThere: boolean }
  /** Without viewers from a node of an older version. */
  | { kind: "count"; total: number; viewers: number | undefined }
  | { kind: "note"; id: string; body: Buffer };

/** What a node needs to know of an event beside its text. */
export interface Delivery {
  /** Who sent it, and the number it gave to it: its own events a node has seen already are not delivered twice. */
  holder: string;
  sequence: number;
  exceptSocketId: string | undefined;
  isLowPriority: boolean;
}

const LINE_END = 0x0a;
const NOBODY = "-";

export function formatDelivery(delivery: Delivery): string {
  const { holder, sequence, exceptSocketId = NOBODY, isLowPriority } = delivery;
  return `${holder} ${sequence} ${exceptSocketId} ${isLowPriority ? "l" : "h"}`;
}

/** Kept events of cache channels are formatted by `publish-cached.lua`. */
export function formatEvent(delivery: Delivery, text: string): string {
  return `e ${formatDelivery(delivery)}\n${text}`;
}

/** Undefined for what this version does not know, as another version of the gateway may send. */
export function parseMessage(message: Buffer): StreamMessage | undefined {
  const end = message.indexOf(LINE_END);
  if (end < 0) return undefined;
  const [kind, ...words] = message.toString("latin1", 0, end).split(" ");
  const [first = "", second = ""] = words;
  const body = message.subarray(end + 1);
  switch (kind) {
    case "e":
      return { kind: "event", version: undefined, delivery: parseDelivery(words), body };
    case "c":
      return { kind: "event", version: Number(first), delivery: parseDelivery(words.slice(1)), body };
    case "+":
    case "-":
      return { kind: "member", version: Number(first), isThere: kind === "+", body };
    case "u":
      return { kind: "user", version: Number(first), isThere: second === "1" };
    case "n":
      return { kind: "count", total: Number(first), viewers: second === "" ? undefined : Number(second) };
    case "m":
      return { kind: "note", id: first, body };
    default:
      return undefined;
  }
}

function parseDelivery(words: readonly string[]): Delivery {
  const [holder = "", sequence = "", exceptSocketId = NOBODY, priority = ""] = words;
  return {
    holder,
    sequence: Number(sequence),
    exceptSocketId: exceptSocketId === NOBODY ? undefined : exceptSocketId,
    isLowPriority: priority === "l",
  };
}
