import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

/** The last migrations of the first release: what came before could not run beside anything. */
const FIRST_RELEASE = { live: "0039", finance: "0012" } as const;

/** What a process of the release before may trip over. */
const TAKES_AWAY =
  /\bDROP\s+(COLUMN|TABLE|TYPE)\b|\bRENAME\s+(TO|COLUMN)\b|\bSET\s+NOT\s+NULL\b|\bSET\s+DATA\s+TYPE\b/i;
/** Says why nothing of the release before reads or writes it. */
const REASON = /^-- taken away: \S+/m;

const takesAway = (sql: string) => TAKES_AWAY.test(sql) && !REASON.test(sql);

describe.each(Object.entries(FIRST_RELEASE))("migrations of the %s database", (database, last) => {
  it("only add, or say why what they take away is not used by the release before", () => {
    const folder = join(import.meta.dirname, database, "migrations");
    const newer = readdirSync(folder).filter((name) => name.endsWith(".sql") && name.slice(0, 4) > last);
    const bad = newer.filter((name) => takesAway(readFileSync(join(folder, name), "utf8")));
    expect(bad).toEqual([]);
  });
});

it("a migration that takes something away is found, and a reason is heard", () => {
  expect(takesAway('ALTER TABLE "users" DROP COLUMN "gender";')).toBe(true);
  expect(takesAway("ALTER TABLE a RENAME TO b;")).toBe(true);
  expect(takesAway("ALTER TABLE a ALTER COLUMN b SET NOT NULL;")).toBe(true);
  expect(takesAway("-- taken away: nothing reads it since 0.3.0\nDROP TABLE a;")).toBe(false);
  expect(takesAway("ALTER TABLE a ADD COLUMN b int;\nDROP INDEX c;")).toBe(false);
});
