import postgres from "postgres";

/**
 * Runs statements as the owner of the tables, who first takes away what keeps history from being changed, and puts it
 * back after: for tests of what finds such a change. Nothing of the product can do this.
 */
export async function tamper(ownerUrl: string, statements: string): Promise<readonly postgres.Row[]> {
  const sql = postgres(ownerUrl, { max: 1, onnotice: () => undefined });
  try {
    const rows = await sql.begin(async (tx) => {
      await tx.unsafe(switchTriggers("DISABLE"));
      const result = await tx.unsafe(statements);
      await tx.unsafe("SET CONSTRAINTS ALL IMMEDIATE");
      await tx.unsafe(switchTriggers("ENABLE ALWAYS"));
      return result;
    });
    return rows;
  } finally {
    await sql.end({ timeout: 5 });
  }
}

const switchTriggers = (how: "DISABLE" | "ENABLE ALWAYS") => `
  DO $$ DECLARE kept regclass; BEGIN
    FOR kept IN SELECT tgrelid::regclass FROM pg_trigger WHERE tgname = 'append_only' LOOP
      EXECUTE format('ALTER TABLE %s ${how} TRIGGER append_only', kept);
    END LOOP;
  END $$`;
