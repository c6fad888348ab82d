import { base32 } from "@better-auth/utils/base32";
import { createOTP } from "@better-auth/utils/otp";

const STEP_MS = 30_000;

/** Shows codes as the app on an operator's phone does, of the secret that was typed into it. */
export class Authenticator {
  readonly #secret: string;

  constructor(typed: string) {
    this.#secret = new TextDecoder().decode(base32.decode(typed.replaceAll(" ", "")));
  }

  /** The code of now, or of half minutes from now. */
  codeIn(steps = 0, nowMs = Date.now()): Promise<string> {
    return createOTP(this.#secret).hotp(Math.floor(nowMs / STEP_MS) + steps);
  }
}
