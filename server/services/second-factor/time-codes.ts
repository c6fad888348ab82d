import { randomBytes, randomInt, timingSafeEqual } from "node:crypto";
import { createOTP } from "@better-auth/utils/otp";
import { sharedNowMs } from "@/platform/runtime/shared-clock";
import type { Place, Vault } from "@/platform/security/vault";

const STEP_MS = 30_000;
/** The clock of a phone may be this many steps off. */
const STEPS_OFF_MAX = 1;
const SECRET_BYTES = 15;
const RECOVERY_CODES = 10;
const RECOVERY_HALF = 5;
/** No letter that looks like another, or a digit that does. */
const RECOVERY_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789";

/** Where an operator's secret stands; also for whoever changes its key. */
export const secondFactorPlace = (userId: string): Place => ({
  table: "second_factors",
  column: "secret_cipher",
  rowId: userId,
});

export const newSecret = () => randomBytes(SECRET_BYTES).toString("base64url");

/** What an authenticator takes: as an address to be scanned, and as text to be typed. */
export function describeSecret(secret: string, account: string): { uri: string; secret: string } {
  const uri = createOTP(secret).url("Downpour", account);
  return { uri, secret: new URL(uri).searchParams.get("secret") ?? "" };
}

/** Which half minute a code is of, of those that count now; undefined when of none. */
export async function findStep(secret: string, code: string): Promise<number | undefined> {
  const now = Math.floor(sharedNowMs() / STEP_MS);
  const otp = createOTP(secret);
  let found: number | undefined;
  for (let step = now - STEPS_OFF_MAX; step <= now + STEPS_OFF_MAX; step += 1) {
    const [right, given] = [Buffer.from(await otp.hotp(step)), Buffer.from(code)];
    if (right.length === given.length && timingSafeEqual(right, given)) found = step;
  }
  return found;
}

export const newRecoveryCodes = () =>
  Array.from({ length: RECOVERY_CODES }, () =>
    [0, 1]
      .map(() =>
        Array.from(
          { length: RECOVERY_HALF },
          () => RECOVERY_ALPHABET[randomInt(RECOVERY_ALPHABET.length)],
        ).join(""),
      )
      .join("-"),
  );

/** As it is stored: of 49 bits a plain hash could be tried out, so it is keyed, and fits one person. */
export const hashRecoveryCode = (vault: Vault, userId: string, code: string) =>
  vault.index("recovery-code", `${userId}:${code.toLowerCase().replaceAll(/[^a-z\d]/g, "")}`);
