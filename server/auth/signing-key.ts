import { createHmac } from "node:crypto";
import { HmacKey } from "@/platform/security/hmac-key";

/**
 * The key with which a session signs its mutations. It follows from a secret of ours and the session's token: nothing is
 * stored, every process knows it, another session has another one, and who has the cookie cannot work it out. Its owner is
 * told by `session.me`. Made when it is first needed, since most sessions only look.
 */
export class SigningKey {
  readonly #secret: string;
  readonly #token: string;
  #text: string | undefined;
  #hmac: HmacKey | undefined;

  constructor(authSecret: string, token: string) {
    this.#secret = authSecret;
    this.#token = token;
  }

  /** As its owner is told it: the characters are the key. */
  get text(): string {
    // The line before the token keeps it apart from what else is signed with this secret.
    this.#text ??= createHmac("sha256", this.#secret).update(`signing key\n${this.#token}`).digest("hex");
    return this.#text;
  }

  get hmac(): HmacKey {
    this.#hmac ??= new HmacKey(this.text);
    return this.#hmac;
  }
}
