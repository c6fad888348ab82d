import { createHash, createHmac, hkdfSync, randomInt } from "node:crypto";
import type { Env } from "@/platform/settings/env";

export const CODE_DIGITS = 6;
export const CODE_TTL_SECONDS = 300;
/** The last of them makes a code worthless, the right one included. */
export const WRONG_CODES_MAX = 5;

/** A key for nothing else, so that what is signed with the secret itself tells nothing about codes. */
function keyOf(env: Pick<Env, "AUTH_SECRET">): Buffer {
  return Buffer.from(hkdfSync("sha256", env.AUTH_SECRET, "", "downpour one-time codes", 32));
}

export const newCode = () => String(randomInt(10 ** CODE_DIGITS)).padStart(CODE_DIGITS, "0");

/**
 * What is stored of a code. Of six digits a plain hash would hide nothing; and with whose it is and who may use it in the
 * hash, a record that is copied to another place fits nothing there.
 */
export function hashCode(env: Pick<Env, "AUTH_SECRET">, place: readonly string[], code: string): string {
  return createHmac("sha256", keyOf(env))
    .update(JSON.stringify([...place, code]))
    .digest("hex");
}

/** Names something in a key of Redis without saying what it is. */
export const digest = (text: string) => createHash("sha256").update(text).digest("hex").slice(0, 32);
