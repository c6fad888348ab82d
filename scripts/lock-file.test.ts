import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

interface LockEntry {
  version?: string;
  integrity?: string;
  resolved?: string;
  link?: boolean;
}

const { packages } = JSON.parse(readFileSync(new URL("../package-lock.json", import.meta.url), "utf8")) as {
  packages: Record<string, LockEntry>;
};
const entries = Object.entries(packages).filter(([path, entry]) => path !== "" && !entry.link);

describe("the lock file", () => {
  it("says what each package must contain, those of other systems included", () => {
    const without = entries.filter(([, { integrity }]) => !integrity?.startsWith("sha512-"));
    expect(entries.length).toBeGreaterThan(300);
    expect(without.map(([path]) => path)).toEqual([]);
  });

  it("names no registry", () => {
    expect(entries.filter(([, { resolved }]) => resolved !== undefined).map(([path]) => path)).toEqual([]);
  });
});
