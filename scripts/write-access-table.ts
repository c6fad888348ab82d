import { readFileSync, writeFileSync } from "node:fs";
import { withAccessTable } from "./lib/access-table";

/** Writes who may call what into docs/security.md. */
const PAGE = "docs/security.md";
writeFileSync(PAGE, withAccessTable(readFileSync(PAGE, "utf8")));
