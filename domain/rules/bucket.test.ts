import fc from "fast-check";
import { expect, it } from "vitest";
import { ALL_BUCKETS, BUCKET_COUNT, bucketOf } from "./bucket";

// A user whose bucket changes leaves wallet, orders and queue behind in the old one.
it.each([
  ["", 5],
  ["00000000-0000-0000-0000-000000000000", 17],
  ["00000000-0000-4000-8000-00000000000a", 50],
  ["0198c0de-7a11-7000-8000-000000000001", 9],
  ["ffffffff-ffff-ffff-ffff-ffffffffffff", 17],
])("puts %j into bucket %i for ever", (userId, bucket) => {
  expect(bucketOf(userId)).toBe(bucket);
});

it("agrees with FNV-1a as published", () => {
  // http://www.isthe.com/chongo/tech/comp/fnv/: "foobar" is 0xbf9cf968.
  expect(bucketOf("foobar")).toBe(0xbf9cf968 % BUCKET_COUNT);
  expect(bucketOf("a")).toBe(0xe40c292c % BUCKET_COUNT);
});

it("has 64 buckets and uses each of them about as much", () => {
  expect(BUCKET_COUNT).toBe(64);
  expect(ALL_BUCKETS).toHaveLength(64);
  const counts = new Map<number, number>(ALL_BUCKETS.map((bucket) => [bucket, 0]));
  const users = 64_000;
  for (let i = 0; i < users; i++) {
    const bucket = bucketOf(`0198c0de-7a11-7000-8000-${i.toString(16).padStart(12, "0")}`);
    counts.set(bucket, (counts.get(bucket) ?? 0) + 1);
  }
  expect(counts.size).toBe(BUCKET_COUNT);
  for (const count of counts.values()) expect(Math.abs(count - 1_000)).toBeLessThan(200);
});

it("stays in range for any id", () => {
  fc.assert(
    fc.property(fc.uuid(), (id) => {
      const bucket = bucketOf(id);
      return Number.isInteger(bucket) && bucket >= 0 && bucket < BUCKET_COUNT;
    }),
  );
});
