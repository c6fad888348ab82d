import { createReadStream } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import postgres from "postgres";
import { inTransaction } from "@/db/transaction";
import type { Sql } from "../client";
import { listTables, readShapeHash } from "./catalogue";
import { fileOf } from "./copy-out";
import type { DatabaseCopy, TableFile } from "./manifest";

/** Whoever still holds a lock then is a process that should have been stopped. */
const LOCK_SECONDS = 15;

/**
 * Puts a copy back in place of everything that a database holds, as the owner of its tables: all of it or, whatever
 * happens, nothing. The database is another one afterwards: its incarnation is renewed. History that is never changed is
 * put back with the rest, its triggers and the hashes over it as they were.
 * Throws when the tables of the copy are of another version of the product.
 */
export async function copyIn(ownerUrl: string, copy: DatabaseCopy, folder: string): Promise<void> {
  const sql = postgres(ownerUrl, {
    max: 1,
    onnotice: () => undefined,
    connection: { application_name: "downpour-restore", statement_timeout: 0 },
  });
  try {
    await inTransaction(sql, async (tx) => {
      await tx.unsafe(`SET LOCAL lock_timeout = '${LOCK_SECONDS}s'`);
      if ((await readShapeHash(tx)) !== copy.shapeHash) {
        throw new Error(
          "The backup is of another version: restore it with the version that took it, then upgrade.",
        );
      }
      const tables = (await listTables(tx)).map(({ name }) => name);
      const putTriggersBack = await switchTriggersOff(tx, tables);
      const putReferencesBack = await takeReferencesAway(tx);
      await tx`TRUNCATE ${tx(tables)}`;
      for (const table of copy.tables) await fillTable(tx, table, folder);
      for (const [name, last] of Object.entries(copy.sequences)) {
        if (last === null) await tx.unsafe(`ALTER SEQUENCE "${name}" RESTART`);
        else await tx`SELECT setval(${name}::regclass, ${last}::bigint)`;
      }
      await putReferencesBack();
      await putTriggersBack();
      await tx`UPDATE database_incarnation SET incarnation = gen_random_uuid(), renewed_at = now()`;
    });
    await sql`ANALYZE`;
  } finally {
    await sql.end({ timeout: 5 });
  }
}

async function fillTable(tx: Sql, { name, columns, rows }: TableFile, folder: string): Promise<void> {
  const writable = await tx`COPY ${tx(name)} (${tx(columns)}) FROM STDIN`.writable();
  await pipeline(createReadStream(join(folder, fileOf(name))), createGunzip(), writable);
  const [count] = await tx<{ rows: string }[]>`SELECT count(*) AS rows FROM ${tx(name)}`;
  if (Number(count?.rows) !== rows) throw new Error(`${name} has ${count?.rows} rows, the backup ${rows}.`);
}

/** Off for what is put back; the returned function makes each as it was. */
async function switchTriggersOff(tx: Sql, tables: readonly string[]): Promise<() => Promise<void>> {
  const triggers = await tx<{ table: string; name: string; how: string }[]>`
    SELECT c.relname AS table, t.tgname AS name,
      CASE t.tgenabled WHEN 'A' THEN 'ENABLE ALWAYS' WHEN 'R' THEN 'ENABLE REPLICA' ELSE 'ENABLE' END AS how
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
    WHERE NOT t.tgisinternal AND t.tgenabled <> 'D' AND c.relnamespace = 'public'::regnamespace`;
  for (const table of tables) await tx.unsafe(`ALTER TABLE "${table}" DISABLE TRIGGER USER`);
  return async () => {
    for (const { table, name, how } of triggers)
      await tx.unsafe(`ALTER TABLE "${table}" ${how} TRIGGER "${name}"`);
  };
}

/** Tables refer to each other in circles; the returned function makes each reference anew, which checks it. */
async function takeReferencesAway(tx: Sql): Promise<() => Promise<void>> {
  const references = await tx<{ table: string; name: string; definition: string }[]>`
    SELECT c.relname AS table, k.conname AS name, pg_get_constraintdef(k.oid) AS definition
    FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
    WHERE k.contype = 'f' AND c.relnamespace = 'public'::regnamespace`;
  for (const { table, name } of references)
    await tx.unsafe(`ALTER TABLE "${table}" DROP CONSTRAINT "${name}"`);
  return async () => {
    for (const { table, name, definition } of references)
      await tx.unsafe(`ALTER TABLE "${table}" ADD CONSTRAINT "${name}" ${definition}`);
  };
}
