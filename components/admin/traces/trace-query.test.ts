import { expect, it } from "vitest";
import { readTraceQuery } from "./trace-query";

const read = (q?: string) => readTraceQuery(new URLSearchParams(q === undefined ? {} : { q }));

it("takes 32 hex digits for a trace, whatever their case, and everything else for an id", () => {
  const traceId = "0af7651916cd43dd8448eb211c80319c";
  expect(read(` ${traceId.toUpperCase()} `)).toEqual({ traceId });
  expect(read("0af76519-16cd-43dd-8448-eb211c80319c")).toEqual({
    text: "0af76519-16cd-43dd-8448-eb211c80319c",
  });
  expect([read(), read("  ")]).toEqual([{ empty: true }, { empty: true }]);
  expect(read("x".repeat(100))).toEqual({ text: "x".repeat(64) });
});
