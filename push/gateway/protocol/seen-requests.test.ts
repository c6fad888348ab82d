import { expect, it } from "vitest";
import { isReplay, SeenRequests, shortenSignature } from "./seen-requests";

const NOW_MS = 1_800_000_000_000;
const NOW_SECONDS = NOW_MS / 1_000;
const request = (id: string, { signedAtSeconds = NOW_SECONDS, isUnique = false } = {}) => ({
  id,
  signedAtSeconds,
  isUnique,
});

it("lets the same request come again in the same moment, and not later", () => {
  const seen = new SeenRequests();
  const event = request("a");
  const isRefused = (nowMs: number) => isReplay(event, seen.note(event, nowMs));
  expect(isRefused(NOW_MS)).toBe(false);
  expect(isRefused(NOW_MS + 1_999)).toBe(false);
  expect(isRefused(NOW_MS + 2_001)).toBe(true);
  expect(isRefused(NOW_MS + 600_000)).toBe(true);
  expect(isReplay(request("b"), seen.note(request("b"), NOW_MS + 600_000))).toBe(false);
});

it("takes a request that is unlike any other once", () => {
  const seen = new SeenRequests();
  const event = request("a", { isUnique: true });
  expect(isReplay(event, seen.note(event, NOW_MS))).toBe(false);
  expect(isReplay(event, seen.note(event, NOW_MS))).toBe(true);
});

it("forgets nothing that was signed by a clock ahead while it is good", () => {
  const seen = new SeenRequests();
  const event = request("a", { signedAtSeconds: NOW_SECONDS + 600 });
  seen.note(event, NOW_MS);
  expect(seen.note(event, NOW_MS + 1_200_000)).toBe(1_200_000);
});

it("would rather refuse what is old than forget what it has seen", () => {
  const seen = new SeenRequests(3);
  for (const [index, id] of ["a", "b", "c", "d"].entries()) {
    expect(seen.note(request(id, { signedAtSeconds: NOW_SECONDS + index }), NOW_MS)).toBeUndefined();
  }
  // `a` is forgotten, and whatever was signed no later.
  for (const id of ["a", "e"]) {
    const event = request(id);
    expect(isReplay(event, seen.note(event, NOW_MS))).toBe(true);
  }
  expect(seen.note(request("f", { signedAtSeconds: NOW_SECONDS + 1 }), NOW_MS)).toBeUndefined();
});

it("holds no more than it may, and is empty again when all are worthless", () => {
  const seen = new SeenRequests(1_000);
  for (let n = 0; n < 5_000; n += 1) {
    seen.note(request(`r${n}`, { signedAtSeconds: NOW_SECONDS + Math.floor(n / 100) }), NOW_MS);
  }
  expect(seen.note(request("later", { signedAtSeconds: NOW_SECONDS + 2_000 }), NOW_MS + 2_000_000)).toBe(
    undefined,
  );
  expect(seen.note(request("r4999", { signedAtSeconds: NOW_SECONDS + 49 }), NOW_MS + 2_000_000)).toBe(
    undefined,
  );
});

it("shortens signatures to what still tells them apart", () => {
  expect(shortenSignature("0123456789abcdef0123456789abcdef")).toHaveLength(12);
  expect(shortenSignature("0".repeat(64))).not.toBe(shortenSignature(`${"0".repeat(17)}1${"0".repeat(46)}`));
});
