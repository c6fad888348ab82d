import { createHmac } from "node:crypto";
import { expect, it } from "vitest";
import { MESSAGE_WINDOW_MS, NonceMemory, signMessage, verifyCallback, verifyMessage } from "./signed-message";

const SECRET = "a-secret-of-this-test";
const NOW_MS = 1_700_000_000_000;
const nonce = "5e0b3a3e-0f6d-4f3b-9d55-1f6f6f3f7a01";
const body = '{"kind":"paid"}';
const target = { method: "POST", path: "/v1/payments?a=1" };
const headers = signMessage(SECRET, { ...target, body, timestampMs: NOW_MS, nonce });
const verify = (changed: Record<string, string | undefined> = {}, text = body, nowMs = NOW_MS) =>
  verifyMessage(SECRET, { ...target, headers: { ...headers, ...changed }, body: Buffer.from(text) }, nowMs);

it("takes a genuine message within its window and gives its nonce", () => {
  expect(verify()).toBe(nonce);
  expect(verify({}, body, NOW_MS + MESSAGE_WINDOW_MS)).toBe(nonce);
  expect(verify({}, body, NOW_MS - MESSAGE_WINDOW_MS)).toBe(nonce);
});

it.each([
  ["x-dp-signature", {}, '{"kind":"paid" }', NOW_MS],
  ["x-dp-signature", { "x-dp-nonce": `${nonce}0` }, body, NOW_MS],
  ["x-dp-signature", { "x-dp-timestamp": String(NOW_MS + 1) }, body, NOW_MS],
  ["x-dp-signature", { "x-dp-signature": headers["x-dp-signature"].toUpperCase() }, body, NOW_MS],
  ["x-dp-signature", { "x-dp-signature": undefined }, body, NOW_MS],
  ["x-dp-signature", { "x-dp-signature": "00".repeat(32) }, body, NOW_MS],
  ["x-dp-nonce", { "x-dp-nonce": "" }, body, NOW_MS],
  ["x-dp-nonce", { "x-dp-nonce": "a\nb" }, body, NOW_MS],
  ["x-dp-timestamp", { "x-dp-timestamp": undefined }, body, NOW_MS],
  ["x-dp-timestamp", { "x-dp-timestamp": "1e12" }, body, NOW_MS],
  ["x-dp-timestamp", {}, body, NOW_MS + MESSAGE_WINDOW_MS + 1],
  ["x-dp-timestamp", {}, body, NOW_MS - MESSAGE_WINDOW_MS - 1],
])("refuses by %s (%o)", (field, changed, text, nowMs) => {
  expect(() => verify(changed, text, nowMs)).toThrow(
    expect.objectContaining({ bizName: "SIGNATURE_INVALID", details: { field } }),
  );
});

it("refuses another secret", () => {
  const forged = signMessage("another-secret-of-this-test", { ...target, body, timestampMs: NOW_MS, nonce });
  expect(() => verify(forged)).toThrow(expect.objectContaining({ bizName: "SIGNATURE_INVALID" }));
});

it.each([{ method: "GET" }, { path: "/v1/payments" }, { path: "/v1/payments/?a=1" }, { path: "" }])(
  "refuses it at another place (%o)",
  (other) => {
    const message = { ...target, ...other, headers, body: Buffer.from(body) };
    for (const verifyIt of [verifyMessage, verifyCallback]) {
      expect(() => verifyIt(SECRET, message, NOW_MS)).toThrow(
        expect.objectContaining({ bizName: "SIGNATURE_INVALID", details: { field: "x-dp-signature" } }),
      );
    }
  },
);

it("takes a callback, and nothing else, that is signed without its place", () => {
  const signature = createHmac("sha256", SECRET).update(`${NOW_MS}\n${nonce}\n${body}`).digest("hex");
  const message = {
    ...target,
    headers: { ...headers, "x-dp-signature": signature },
    body: Buffer.from(body),
  };
  expect(verifyCallback(SECRET, message, NOW_MS)).toBe(nonce);
  expect(() => verifyMessage(SECRET, message, NOW_MS)).toThrow(
    expect.objectContaining({ bizName: "SIGNATURE_INVALID" }),
  );
});

it("remembers which nonces were used", () => {
  const nonces = new NonceMemory();
  nonces.use("a");
  nonces.use("b");
  expect(() => nonces.use("a")).toThrow(expect.objectContaining({ bizName: "REPLAYED" }));
});
