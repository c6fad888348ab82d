import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { withAccessTable } from "./lib/access-table";

it("docs/security.md says who may call what as the code does (else: node scripts/run.mjs write-access-table)", () => {
  const page = readFileSync("docs/security.md", "utf8");
  expect(withAccessTable(page)).toBe(page);
});
