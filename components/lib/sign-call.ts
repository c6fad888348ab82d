import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { v4 as uuidv4 } from "uuid";
import { type SignatureHeaders, textToSign } from "@/domain/rules/signed-call";
import { serverNowMs } from "./server-clock";

/** By a library, because a browser's own cryptography is there only on https and localhost, and this is tried over a LAN, too. */
export function signCall(
  signingKey: string,
  { method, path, body }: { method: string; path: string; body: string },
): SignatureHeaders {
  const timestamp = String(Math.floor(serverNowMs()));
  const nonce = uuidv4();
  const bodyHash = bytesToHex(sha256(utf8ToBytes(body)));
  const text = textToSign({ method, path, bodyHash, timestamp, nonce });
  return {
    "x-dp-timestamp": timestamp,
    "x-dp-nonce": nonce,
    "x-dp-signature": bytesToHex(hmac(sha256, utf8ToBytes(signingKey), utf8ToBytes(text))),
  };
}
