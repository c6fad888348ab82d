import { openLiveDb } from "@/db/client";
import { env } from "@/platform/settings/env";
import { recomputePks } from "@/server/services/pk/recompute-pk";

/**
 * `npm run recompute-pk [pkId]`: folds settled battles anew from the records of gifts, while the product runs. Exits 0 when all
 * equal what was shown, 1 when one does not, 2 when it could not be done.
 */
async function main(): Promise<number> {
  const live = openLiveDb(env("recompute-pk").LIVE_DATABASE_URL, {
    poolMax: 2,
    applicationName: "downpour-recompute-pk",
    statementTimeoutMs: 0,
  });
  try {
    const { checked, differences } = await recomputePks(live, process.argv[2]);
    for (const { pkId, roomId, shownPoints, recomputedPoints } of differences)
      console.log(`${pkId} ${roomId}: shown ${shownPoints}, recomputed ${recomputedPoints}`);
    console.log(`${checked} settled battles, ${differences.length} sides differ.`);
    return differences.length === 0 ? 0 : 1;
  } finally {
    await live.close();
  }
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(
      `Battles could not be recomputed: ${error instanceof Error ? error.message : String(error)}`,
    );
    process.exit(2);
  },
);
