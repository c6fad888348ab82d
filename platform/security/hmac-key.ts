import { createHash, hash } from "node:crypto";

const BLOCK_BYTES = 64;
const DIGEST_BYTES = 32;
/** Longer than the head of any request that is let in. */
const TEXT_BYTES_MAX = 20 * 1024;

/** Written to and read in one turn. */
const inner = Buffer.alloc(BLOCK_BYTES + TEXT_BYTES_MAX);
const outer = Buffer.alloc(BLOCK_BYTES + DIGEST_BYTES);

/**
 * HMAC-SHA256 (RFC 2104) with a key that signs many texts, at half the cost of `createHmac`: what is done for the key is
 * done once, and both digests are taken in one call each. A test compares the two.
 */
export class HmacKey {
  readonly #innerPad = Buffer.alloc(BLOCK_BYTES, 0x36);
  readonly #outerPad = Buffer.alloc(BLOCK_BYTES, 0x5c);

  constructor(key: string) {
    const given = Buffer.from(key);
    const bytes = given.length > BLOCK_BYTES ? createHash("sha256").update(given).digest() : given;
    for (const [i, byte] of bytes.entries()) {
      this.#innerPad.writeUInt8(0x36 ^ byte, i);
      this.#outerPad.writeUInt8(0x5c ^ byte, i);
    }
  }

  /** In hex. `text` is of a request's head: a character is a byte. */
  sign(text: string): string {
    if (text.length > TEXT_BYTES_MAX) throw new RangeError("This text is too long to be signed.");
    this.#innerPad.copy(inner);
    const length = BLOCK_BYTES + inner.write(text, BLOCK_BYTES, "latin1");
    this.#outerPad.copy(outer);
    outer.write(hash("sha256", inner.subarray(0, length), "hex"), BLOCK_BYTES, "hex");
    return hash("sha256", outer, "hex");
  }
}
