import type postgres from "postgres";

/**
 * What the application may do with a table. `add` is for what is never changed (a trigger refuses it to everybody),
 * `read` for what only triggers write.
 */
export type TableRight = "read" | "add" | "change" | "remove";

const PRIVILEGES: Record<TableRight, readonly string[]> = {
  read: ["SELECT"],
  add: ["SELECT", "INSERT"],
  change: ["SELECT", "INSERT", "UPDATE"],
  remove: ["SELECT", "INSERT", "UPDATE", "DELETE"],
};

/**
 * Gives the application's role its rights, on every table and sequence of the database, and takes away whatever else it
 * has on them. Repeating it changes nothing. A test sees to it that every table has a line.
 */
export async function applyGrants(
  sql: postgres.Sql,
  rights: Readonly<Record<string, TableRight>>,
  role: string,
): Promise<void> {
  await sql.begin(async (tx) => {
    const tables = await tx<{ name: string; granted: string[] }[]>`
      SELECT c.relname AS name, coalesce(array_agg(a.privilege_type) FILTER (WHERE a.grantee = ${role}::regrole), '{}') AS granted
      FROM pg_class c LEFT JOIN LATERAL aclexplode(c.relacl) a ON true
      WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') GROUP BY c.relname ORDER BY c.relname`;
    for (const { name, granted } of tables) {
      const wanted = PRIVILEGES[rights[name] ?? "remove"];
      if (granted.length === wanted.length && wanted.every((privilege) => granted.includes(privilege)))
        continue;
      await tx`REVOKE ALL ON TABLE ${tx(name)} FROM ${tx(role)}`;
      await tx.unsafe(`GRANT ${wanted.join(", ")} ON TABLE "${name}" TO "${role.replaceAll('"', '""')}"`);
    }
    await tx`GRANT USAGE ON SCHEMA public TO ${tx(role)}`;
    await tx`GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO ${tx(role)}`;
  });
}
