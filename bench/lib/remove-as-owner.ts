import postgres from "postgres";

/** Takes rows of an earlier round away, which only the owner of a table can who switches off what refuses it. */
export async function removeAsOwner(ownerUrl: string, table: string, condition: string): Promise<void> {
  await asOwner(ownerUrl, table, `DELETE FROM ${table} WHERE ${condition}`);
}

/** Empties a table, and leaves no dead rows behind that the next count would walk over. */
export async function emptyAsOwner(ownerUrl: string, table: string): Promise<void> {
  await asOwner(ownerUrl, table, `TRUNCATE ${table}`);
}

async function asOwner(ownerUrl: string, table: string, statement: string): Promise<void> {
  const sql = postgres(ownerUrl, { max: 1, onnotice: () => undefined });
  await sql.unsafe(`BEGIN; ALTER TABLE ${table} DISABLE TRIGGER append_only; ${statement};
    ALTER TABLE ${table} ENABLE ALWAYS TRIGGER append_only; COMMIT`);
  await sql.end();
}
