import type { Plugin as BundlePlugin } from "esbuild";
import type { Plugin as TestPlugin } from "vitest/config";

export const mendedPostgresInBundles: BundlePlugin;
export const mendedPostgresInTests: TestPlugin;
