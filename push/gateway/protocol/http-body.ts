import type { IncomingMessage } from "node:http";
import type { z } from "zod";
import { HttpError } from "./http-error";

/** The whole body. Throws HttpError 413 as soon as it is known to be longer than `bytesMax`. */
export async function readBody(request: IncomingMessage, bytesMax: number): Promise<Buffer> {
  const tooLarge = () => new HttpError(413, `Body is larger than ${bytesMax} bytes`);
  if (Number(request.headers["content-length"] ?? 0) > bytesMax) throw tooLarge();
  return new Promise((resolve, reject) => {
    // Nearly every body comes in one piece. Pieces of a byte each would cost a hundred times their size if kept.
    let bytes: Buffer = Buffer.alloc(0);
    let size = 0;
    request.on("data", (piece: Buffer) => {
      if (size + piece.length > bytesMax) {
        // The rest is dropped, so that the answer arrives.
        request.removeAllListeners("data").resume();
        reject(tooLarge());
        return;
      }
      if (size === 0) {
        bytes = piece;
      } else {
        if (size + piece.length > bytes.length)
          bytes = grow(bytes, Math.min(bytesMax, 2 * (size + piece.length)));
        piece.copy(bytes, size);
      }
      size += piece.length;
    });
    request.on("end", () => resolve(bytes.subarray(0, size)));
    request.on("error", reject);
    request.on("aborted", () => reject(new HttpError(400, "Body was cut off")));
  });
}

function grow(bytes: Buffer, length: number): Buffer {
  const longer = Buffer.allocUnsafe(length);
  bytes.copy(longer);
  return longer;
}

/** Throws HttpError 400 that says what is wrong. */
export function parseBody<T>(schema: z.ZodType<T>, body: Buffer): T {
  let value: unknown;
  try {
    value = JSON.parse(body.toString("utf8"));
  } catch {
    throw new HttpError(400, "Body is not JSON");
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new HttpError(400, `${issue?.path.join(".") || "body"}: ${issue?.message}`);
}
