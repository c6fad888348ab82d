import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type LiveDb, openLiveDb } from "@/db/client";

const file = join(process.env.BROWSER_TEST_DATA_DIR ?? "", "running.json");

/** Whether the product under test keeps its data here; one behind BASE_URL may keep it anywhere. */
export const isLiveStoreHere = () => existsSync(file);

/** The live database of the product under test, for what no page and no procedure can bring about. */
export async function withLiveStore<T>(work: (live: LiveDb) => Promise<T>): Promise<T> {
  const { env } = JSON.parse(readFileSync(file, "utf8")) as { env: Record<string, string> };
  const live = openLiveDb(env.LIVE_DATABASE_URL ?? "", { poolMax: 1, applicationName: "browser-test" });
  try {
    return await work(live);
  } finally {
    await live.close();
  }
}
