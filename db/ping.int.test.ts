import { afterAll, beforeAll, expect, it } from "vitest";
import { type LiveDb, openLiveDb } from "./client";
import { pingDatabase, tryWriting } from "./ping";
import { createTestDatabases, type TestDatabases } from "./testing/create-test-databases";

let databases: TestDatabases;
const opened: LiveDb[] = [];

beforeAll(async () => {
  databases = await createTestDatabases();
});
afterAll(async () => {
  await Promise.all(opened.map((db) => db.close()));
  await databases?.drop();
});

function open(url: string): LiveDb {
  const db = openLiveDb(url, { poolMax: 1, applicationName: "ping-test" });
  opened.push(db);
  return db;
}

it("a database that answers and takes no writes is told from one that takes them", async () => {
  const before = open(databases.liveUrl);
  await tryWriting(before, 5_000);
  const owner = open(databases.liveOwnerUrl);
  const name = new URL(databases.liveUrl).pathname.slice(1);
  await owner.sql.unsafe(`ALTER DATABASE "${name}" SET default_transaction_read_only = on`);
  const after = open(databases.liveUrl);
  await pingDatabase(after, 5_000);
  await expect(tryWriting(after, 5_000)).rejects.toThrow(/read-only/);
});
