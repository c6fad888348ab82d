import { defineConfig } from "drizzle-kit";

/** One configuration for both databases: `DRIZZLE_DB=live|finance`. Only used to generate migrations. */
const database = process.env.DRIZZLE_DB === "finance" ? "finance" : "live";

export default defineConfig({
  dialect: "postgresql",
  schema: `./db/${database}/schema/index.ts`,
  out: `./db/${database}/migrations`,
});
