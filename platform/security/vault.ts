import { createCipheriv, createDecipheriv, createHmac, randomBytes } from "node:crypto";
import { type DataKey, parseDataKeys, parseKeyBytes } from "./data-keys";

/** Where a value stands. It is authenticated with the value, so that no value can be moved to another row or column. */
export interface Place {
  table: string;
  column: string;
  rowId: string;
}

/**
 * Keeps personal data unreadable in the database. A sealed value is `v1:<key id>:<iv>:<tag>:<data>`, the last three in
 * base64url: AES-256-GCM with a random 96-bit iv (NIST SP 800-38D), good for 2^32 values a key.
 */
export interface Vault {
  readonly currentKeyId: string;
  seal(place: Place, text: string): string;
  /** Throws SealedValueError when the key is not known, the value was changed or it belongs to another place. */
  open(place: Place, sealed: string): string;
  /**
   * A blind index: tells whether two values are equal and nothing else, as long as its key is secret. HMAC-SHA256 in
   * hex; `purpose` keeps equal values of different kinds apart.
   */
  index(purpose: string, text: string): string;
}

export class SealedValueError extends Error {
  override name = "SealedValueError";
}

const VERSION = "v1";
const IV_BYTES = 12;
const TAG_BYTES = 16;
const CIPHER = "aes-256-gcm";

/** The id of the key that a value was sealed with; undefined when it is no sealed value. */
export function sealedWith(sealed: string): string | undefined {
  const [version, keyId, ...rest] = sealed.split(":");
  return version === VERSION && rest.length === 3 ? keyId : undefined;
}

/** What values begin with that a key has sealed. */
export const sealedPrefix = (keyId: string) => `${VERSION}:${keyId}:`;

const bytesOf = (place: Place) =>
  Buffer.from(JSON.stringify([VERSION, place.table, place.column, place.rowId]));

/** Throws when a key is malformed. */
export function createVault(settings: { DATA_KEYS: string; BLIND_INDEX_KEY: string }): Vault {
  const keys = parseDataKeys(settings.DATA_KEYS);
  const current = keys[0] as DataKey;
  const byId = new Map(keys.map((key) => [key.id, key]));
  const indexKey = parseKeyBytes(settings.BLIND_INDEX_KEY);

  return {
    currentKeyId: current.id,
    seal(place, text) {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv(CIPHER, current.key, iv, { authTagLength: TAG_BYTES });
      cipher.setAAD(bytesOf(place));
      const data = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
      const parts = [iv, cipher.getAuthTag(), data].map((part) => part.toString("base64url"));
      return [VERSION, current.id, ...parts].join(":");
    },
    open(place, sealed) {
      const keyId = sealedWith(sealed);
      if (keyId === undefined) throw new SealedValueError("This is no sealed value.");
      const known = byId.get(keyId);
      if (!known) throw new SealedValueError(`The key "${keyId}" is not among DATA_KEYS.`);
      const [iv, tag, data] = sealed
        .split(":")
        .slice(2)
        .map((part) => Buffer.from(part, "base64url")) as [Buffer, Buffer, Buffer];
      try {
        const decipher = createDecipheriv(CIPHER, known.key, iv, { authTagLength: TAG_BYTES });
        decipher.setAAD(bytesOf(place));
        decipher.setAuthTag(tag);
        return Buffer.concat([decipher.update(data), decipher.final()]).toString("utf8");
      } catch (cause) {
        throw new SealedValueError("The value was changed or belongs to another place.", { cause });
      }
    },
    index: (purpose, text) => createHmac("sha256", indexKey).update(`${purpose}\0${text}`).digest("hex"),
  };
}

const vaults = new WeakMap<object, Vault>();

/** The vault of a process's settings, made once. */
export function vaultOf(env: { DATA_KEYS: string; BLIND_INDEX_KEY: string }): Vault {
  let vault = vaults.get(env);
  if (!vault) {
    vault = createVault(env);
    vaults.set(env, vault);
  }
  return vault;
}
