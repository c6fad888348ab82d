import { createHash } from "node:crypto";
import { readFileSync, watch } from "node:fs";
import { join } from "node:path";

/** Editors and bundlers write in bursts. */
const QUIET_MS = 150;

/** Calls `onChange` with the name of each bundle whose content became different. */
export function watchBundles(
  dist: string,
  names: readonly string[],
  onChange: (name: string) => void,
): () => void {
  const hashes = new Map(names.map((name) => [name, hashOf(dist, name)]));
  let timer: NodeJS.Timeout | undefined;
  const compare = () => {
    for (const [name, before] of hashes) {
      const now = hashOf(dist, name);
      if (now === undefined || now === before) continue;
      hashes.set(name, now);
      onChange(name);
    }
  };
  const watcher = watch(dist, () => {
    clearTimeout(timer);
    timer = setTimeout(compare, QUIET_MS);
  });
  return () => {
    clearTimeout(timer);
    watcher.close();
  };
}

function hashOf(dist: string, name: string): string | undefined {
  try {
    return createHash("sha1")
      .update(readFileSync(join(dist, `${name}.mjs`)))
      .digest("hex");
  } catch {
    return undefined;
  }
}
