import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { readableLine } from "@/domain/contracts/texts";
import { layOutSchema, toJsonSchema } from "./lib/reference/describe-schema";
import { REFERENCE_PAGES } from "./lib/reference/pages";
import { findCall, readUseCase } from "./lib/reference/read-sources";

describe("the reference", () => {
  it.each(Object.entries(REFERENCE_PAGES))(
    "%s says what the code does (else: node scripts/run.mjs write-reference)",
    (path, render) => {
      expect(readFileSync(path, "utf8")).toBe(render());
    },
  );
});

it("what an operator changes takes a reason or a note", () => {
  const page = readFileSync("docs/reference/api.md", "utf8");
  const mutations = page.split(/^### /m).filter((part) => /^Mutation, by operator[.;]/m.test(part));
  expect(mutations.length).toBeGreaterThan(40);
  const without = mutations.filter((part) => !/^\| `(?:reason|note)`/m.test(part));
  expect(without.map((part) => part.split("\n")[0])).toEqual([]);
});

describe("a schema's table", () => {
  it("has bounds, defaults, nulls and lengths as people count characters", () => {
    const schema = z.object({
      count: z.number().int().min(1).max(20).default(1),
      name: readableLine(30).optional(),
      until: z.iso.datetime().nullable(),
      kinds: z.array(z.enum(["a", "b"])).max(3),
    });
    expect(layOutSchema(toJsonSchema(schema, "input"), "input")).toBe(
      [
        "| input | type | |",
        "| --- | --- | --- |",
        "| `count` (optional) | `integer` | 1 to 20, default `1` |",
        "| `name` (optional) | `string` | at most 30 characters |",
        "| `until` | `string \\| null` | time, ISO 8601 in UTC |",
        '| `kinds` | `("a" \\| "b")[]` | at most 3 items |',
        "",
      ].join("\n"),
    );
  });
});

describe("a use case's source", () => {
  it("says what it does, what it answers and which errors it throws", () => {
    const { file, callee } = findCall("gift.send");
    expect(file).toContain("server/trpc/");
    expect(callee).toMatch(/^sendGift/);
    const useCase = readUseCase("server/services/gift/send-gift.ts", "sendGift");
    expect(useCase.answer).toBe("GiftSendResult");
    expect(useCase.description).toMatch(/^Accepts a gift into the queue/);
    expect(useCase.description).not.toContain("Throws");
    expect(useCase.errors).toEqual(expect.arrayContaining(["GIFT_UNAVAILABLE", "SPENDING_CAP_REACHED"]));
  });
});
