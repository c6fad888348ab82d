import { expect, it } from "vitest";
import { bucketField, CALL_BOUNDS_SECONDS, errorsField, refusalsField, sumCalls } from "./call-buckets";

it("adds minutes and processes up, by procedure, the most called first", () => {
  const minutes = [
    { [bucketField("gift.send", 0)]: "90", [bucketField("room.get", 3)]: "5" },
    {
      [bucketField("gift.send", 0)]: "8",
      [bucketField("gift.send", 7)]: "2",
      [errorsField("gift.send")]: "2",
    },
    { [refusalsField("room.get")]: "1" },
  ];
  expect(sumCalls(minutes)).toEqual([
    { procedure: "gift.send", calls: 100, errors: 2, refusals: 0, p50Ms: 0.5, p99Ms: 175 },
    { procedure: "room.get", calls: 5, errors: 0, refusals: 1, p50Ms: 7.5, p99Ms: 10 },
  ]);
});

it("takes a time above all bounds for the highest, and a bucket that this version does not have for none", () => {
  const slow = { [bucketField("a.b", CALL_BOUNDS_SECONDS.length)]: "1", [bucketField("a.b", 99)]: "1" };
  expect(sumCalls([slow])).toMatchObject([{ calls: 1, p50Ms: 10_000, p99Ms: 10_000 }]);
});
