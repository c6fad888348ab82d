import { createSecretKey, type KeyObject } from "node:crypto";

/** A key that encrypts stored values, and the short name by which a value says that it was this one. */
export interface DataKey {
  id: string;
  key: KeyObject;
}

const KEY_BYTES = 32;
const KEY_ID = /^[a-z\d][a-z\d-]{0,31}$/;

/** Reads 32 bytes in base64. Throws an Error that does not repeat what was given. */
export function parseKeyBytes(text: string): Buffer {
  const bytes = Buffer.from(text, "base64");
  if (bytes.length !== KEY_BYTES || bytes.toString("base64").replace(/=+$/, "") !== text.replace(/=+$/, "")) {
    throw new Error(`must be ${KEY_BYTES} bytes in base64`);
  }
  return bytes;
}

/**
 * Reads `id:base64,id:base64,…`. The first encrypts, all decrypt. Throws an Error that names the place at fault and
 * never the key.
 */
export function parseDataKeys(text: string): DataKey[] {
  const keys = text.split(",").map((part, i) => {
    const [id = "", base64 = "", ...rest] = part.trim().split(":");
    if (!KEY_ID.test(id) || rest.length > 0) {
      throw new Error(`key ${i + 1}: must be an id of small letters and digits, a colon and the key`);
    }
    try {
      return { id, key: createSecretKey(parseKeyBytes(base64)) };
    } catch (cause) {
      throw new Error(`key "${id}": ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    }
  });
  if (new Set(keys.map(({ id }) => id)).size !== keys.length) throw new Error("an id stands twice");
  return keys;
}
