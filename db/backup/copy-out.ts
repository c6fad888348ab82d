import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { onSnapshot } from "@/db/transaction";
import type { Database, Sql } from "../client";
import { readDatabaseIdentity } from "../database-identity";
import { listTables, readSequences, readShapeHash, type TableShape } from "./catalogue";
import type { DatabaseCopy, TableFile } from "./manifest";

/**
 * Copies every table of a database, as it is at one moment, into a folder that only the caller may read. Any role that
 * may read the tables can; nobody is held up by it.
 */
export async function copyOut(db: Database<Record<string, unknown>>, folder: string): Promise<DatabaseCopy> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return await onSnapshot(db.sql, async (tx) => {
    await tx`SET LOCAL statement_timeout = 0`;
    const [clock] = await tx<{ at: Date }[]>`SELECT now() AS at`;
    const identity = await readDatabaseIdentity(tx);
    const shapeHash = await readShapeHash(tx);
    const tables: TableFile[] = [];
    for (const table of await listTables(tx)) tables.push(await copyTable(tx, table, folder));
    // Sequences are not part of the snapshot: read after the rows, they are at or above every number that is in them.
    const sequences = await readSequences(tx);
    return { takenAt: (clock?.at ?? new Date()).toISOString(), shapeHash, identity, sequences, tables };
  });
}

async function copyTable(tx: Sql, { name, columns }: TableShape, folder: string): Promise<TableFile> {
  const [count] = await tx<{ rows: string }[]>`SELECT count(*) AS rows FROM ${tx(name)}`;
  const rows = await tx`COPY ${tx(name)} (${tx(columns)}) TO STDOUT`.readable();
  const hash = createHash("sha256");
  const hashing = new Transform({
    transform(chunk: Buffer, _, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  const file = createWriteStream(join(folder, fileOf(name)), { mode: 0o600, flush: true });
  await pipeline(rows, createGzip({ level: 1 }), hashing, file);
  return { name, columns, rows: Number(count?.rows), sha256: hash.digest("hex") };
}

export const fileOf = (table: string) => `${table}.copy.gz`;
