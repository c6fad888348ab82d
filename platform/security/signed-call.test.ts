import { randomUUID } from "node:crypto";
import { expect, it } from "vitest";
import { HmacKey } from "./hmac-key";
import { signCall, verifyCall } from "./signed-call";

const SIGNING_KEY = "ab".repeat(32);
const key = new HmacKey(SIGNING_KEY);
const NOW_MS = 1_800_000_000_000;
const CALL = { method: "POST", path: "/api/trpc/gift.send", body: '{"giftId":"rose","text":"玫瑰"}' };
const NONCE = "0193810A-1111-7222-8333-123456789012";

const signed = (atMs = NOW_MS, by = SIGNING_KEY) => ({ ...CALL, headers: signCall(by, CALL, atMs, NONCE) });
const refusedFor = (reason: string, field: string) =>
  expect.objectContaining({ bizName: "SIGNATURE_INVALID", details: { reason, field } });

it("takes a call that is genuine, a minute before and after the instant that it names", () => {
  expect(verifyCall(key, signed(), NOW_MS)).toEqual({ nonce: NONCE, signedAtMs: NOW_MS });
  for (const nowMs of [NOW_MS - 60_000, NOW_MS + 60_000])
    expect(verifyCall(key, signed(), nowMs).nonce).toBe(NONCE);
});

it("is signed as the contract says", () => {
  // Worked out by hand: printf '%s' … | openssl dgst -sha256 -hmac <key>.
  const headers = signCall("key", { method: "POST", path: "/api/trpc/gift.send", body: "{}" }, NOW_MS, NONCE);
  expect(headers).toEqual({
    "x-dp-timestamp": "1800000000000",
    "x-dp-nonce": NONCE,
    "x-dp-signature": "26ac7f5ed51131cf6a969e036b257dd522362ff71631aa8004b63d8c820030d3",
  });
});

it.each([
  ["another method", { ...signed(), method: "PUT" }],
  ["another path", { ...signed(), path: "/api/trpc/gift.send?batch=1" }],
  ["another body", { ...signed(), body: CALL.body.replace("rose", "rocket") }],
  ["another time", { ...signed(), headers: { ...signed().headers, "x-dp-timestamp": String(NOW_MS + 1) } }],
  ["another nonce", { ...signed(), headers: { ...signed().headers, "x-dp-nonce": randomUUID() } }],
  ["another key", signed(NOW_MS, "cd".repeat(32))],
  ["another signature", { ...signed(), headers: { ...signed().headers, "x-dp-signature": "0".repeat(64) } }],
])("refuses %s than what was signed", (_what, call) => {
  expect(() => verifyCall(key, call, NOW_MS)).toThrow(refusedFor("wrong", "x-dp-signature"));
});

it.each([NOW_MS - 60_001, NOW_MS + 60_001])("refuses what is not of this minute", (nowMs) => {
  expect(() => verifyCall(key, signed(), nowMs)).toThrow(refusedFor("stale", "x-dp-timestamp"));
});

it.each(["x-dp-timestamp", "x-dp-nonce", "x-dp-signature"])(
  "refuses a call without %s, or with none that can be",
  (name) => {
    const { headers } = signed();
    const call = (value?: string | string[]) => ({ ...CALL, headers: { ...headers, [name]: value } });
    expect(() => verifyCall(key, call(), NOW_MS)).toThrow(refusedFor("missing", name));
    const own = headers[name] ?? "";
    for (const value of [
      "",
      `${own} `,
      `${own},${own}`,
      own.slice(1),
      `${own}\n`,
      [own, own],
      "x".repeat(own.length),
    ])
      expect(() => verifyCall(key, call(value), NOW_MS)).toThrow(refusedFor("malformed", name));
  },
);
