import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { REFERENCE_PAGES } from "./lib/reference/pages";

/** Writes the reference of procedures and events into docs/reference. */
for (const [path, render] of Object.entries(REFERENCE_PAGES)) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, render());
}
