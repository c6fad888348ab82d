import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, statfsSync, symlinkSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { copyFolder } from "./copy-folder";

/** A disk of a few MiB that is full whenever a run wants it to be. */
export interface SmallDisk {
  readonly path: string;
  freeBytes(): number;
  /** Takes all that is left: the next write of whoever keeps data here fails with ENOSPC. */
  fill(): void;
  /** Gives back what `fill` took. */
  free(): void;
  unmount(): void;
}

const FILLER_CHUNK = Buffer.alloc(65_536, 1);

/**
 * Mounts a tmpfs of its own.
 * @throws Error that says what it needs where this process may not mount one.
 */
export function mountSmallDisk(sizeMib: number): SmallDisk {
  const path = mkdtempSync(join(tmpdir(), "downpour-disk-"));
  const run = (program: string, args: string[]) => {
    const { status, stderr, error } = spawnSync(program, args, { encoding: "utf8" });
    return status === 0 ? undefined : (error?.message ?? stderr.trim());
  };
  const problem = run("mount", ["-t", "tmpfs", "-o", `size=${sizeMib}m,mode=0755`, "tmpfs", path]);
  if (problem !== undefined) {
    rmSync(path, { recursive: true });
    throw new Error(
      `A full disk needs a small tmpfs, and this process may not mount one (${problem}). ` +
        "Run as root on Linux, in a container with CAP_SYS_ADMIN.",
    );
  }
  const filler = join(path, "filler");
  return {
    path,
    freeBytes: () => {
      const { bavail, bsize } = statfsSync(path);
      return bavail * bsize;
    },
    fill() {
      const file = openSync(filler, "a");
      try {
        // Whole pages of a tmpfs: what is left after a short write is nothing.
        for (;;) writeSync(file, FILLER_CHUNK);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
      } finally {
        closeSync(file);
      }
    },
    free: () => rmSync(filler, { force: true }),
    unmount() {
      const left = run("umount", [path]);
      if (left !== undefined) throw new Error(`${path} could not be unmounted: ${left}`);
      rmSync(path, { recursive: true });
    },
  };
}

/**
 * Moves a folder of a server that does not run (`base`, the tables of PostgreSQL; `pg_wal`, its log; `appendonlydir` of Redis)
 * to the small disk, and leaves a link in its place. Unmount only when the server has ended for good.
 */
export function moveToDisk(disk: SmallDisk, folder: string): void {
  const moved = join(disk.path, basename(folder));
  copyFolder(folder, moved);
  rmSync(folder, { recursive: true });
  symlinkSync(moved, folder);
}
