import { resolve } from "node:path";
import { build } from "esbuild";

/** Bundles a source of this repository for a process of its own. Call from the repository's root. */
export async function bundleSource(file: string, outfile: string): Promise<void> {
  await build({
    entryPoints: [file],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    packages: "external",
    alias: { "@": resolve(".") },
    loader: { ".lua": "text" },
    logLevel: "error",
  });
}
