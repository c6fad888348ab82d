import { expect, it } from "vitest";
import { TakenBack } from "./taken-back";

it("knows a line that was taken away, and nobody else's", () => {
  const taken = new TakenBack();
  taken.add({ key: "a/1" });
  expect(taken.has({ key: "a/1", senderId: "a", atMs: 5 })).toBe(true);
  expect(taken.has({ key: "b/1", senderId: "b", atMs: 5 })).toBe(false);
});

it("knows what somebody has said up to a time, and not what they say after it", () => {
  const taken = new TakenBack();
  taken.add({ senderId: "a", untilMs: 10 });
  // An older hiding that is heard of later.
  taken.add({ senderId: "a", untilMs: 3 });
  expect(taken.has({ key: "a/1", senderId: "a", atMs: 10 })).toBe(true);
  expect(taken.has({ key: "a/2", senderId: "a", atMs: 11 })).toBe(false);
  expect(taken.has({ key: "a/3", senderId: "a" })).toBe(false);
  expect(taken.has({ key: "b/1", senderId: "b", atMs: 1 })).toBe(false);
});

it("forgets the oldest beyond its bound", () => {
  const taken = new TakenBack();
  for (let n = 0; n < 501; n += 1) taken.add({ key: `a/${n}`, senderId: `s${n}`, untilMs: 9 });
  expect(taken.has({ key: "a/0", senderId: "s0", atMs: 1 })).toBe(false);
  expect(taken.has({ key: "a/1", senderId: "x" })).toBe(true);
  expect(taken.has({ key: "x", senderId: "s500", atMs: 1 })).toBe(true);
});
