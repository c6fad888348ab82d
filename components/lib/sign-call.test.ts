import { expect, it } from "vitest";
import { HmacKey } from "@/platform/security/hmac-key";
import { verifyCall } from "@/platform/security/signed-call";
import { signCall } from "./sign-call";

it("signs in a browser what the web process takes, whatever is in the body", () => {
  const signingKey = "0f".repeat(32);
  const call = { method: "POST", path: "/api/trpc/chat.send?batch=1", body: '{"0":{"text":"你好 🎁"}}' };
  const headers = signCall(signingKey, call);
  const key = new HmacKey(signingKey);
  const { nonce, signedAtMs } = verifyCall(key, { ...call, headers }, Date.now());
  expect(nonce).toBe(headers["x-dp-nonce"]);
  expect(Math.abs(signedAtMs - Date.now())).toBeLessThan(60_000);
  expect(signCall(signingKey, call)["x-dp-nonce"]).not.toBe(nonce);
  expect(() => verifyCall(key, { ...call, body: `${call.body} `, headers }, Date.now())).toThrow(
    expect.objectContaining({ bizName: "SIGNATURE_INVALID" }),
  );
});
