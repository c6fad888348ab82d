import { readFileSync } from "node:fs";

interface BuildFacts {
  version: string;
  /** Null where nobody knows. */
  commit: string | null;
}

/** Which build this is, as `scripts/build.mjs` wrote it beside the bundles; unknown where nothing was built, as in tests. */
export function readBuildFacts(bundleUrl: string): BuildFacts {
  try {
    const facts = JSON.parse(readFileSync(new URL("./build.json", bundleUrl), "utf8")) as Partial<BuildFacts>;
    return { version: facts.version ?? "unknown", commit: facts.commit ?? null };
  } catch {
    return { version: "unknown", commit: null };
  }
}
