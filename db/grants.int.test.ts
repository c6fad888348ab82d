import { randomUUID } from "node:crypto";
import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { FINANCE_GRANTS } from "./finance/grants";
import { applyGrants, type TableRight } from "./grants";
import { LIVE_GRANTS } from "./live/grants";
import { createTestDatabases, type TestDatabases } from "./testing/create-test-databases";

let databases: TestDatabases;
const clients: postgres.Sql[] = [];
const open = (url: string) => {
  const sql = postgres(url, { max: 2, onnotice: () => undefined });
  clients.push(sql);
  return sql;
};
beforeAll(async () => {
  databases = await createTestDatabases();
});
afterAll(async () => {
  await Promise.all(clients.map((sql) => sql.end()));
  await databases?.drop();
});

const cases = [
  ["live", LIVE_GRANTS, () => databases.liveUrl, () => databases.liveOwnerUrl],
  ["finance", FINANCE_GRANTS, () => databases.financeUrl, () => databases.financeOwnerUrl],
] as const;
const PRIVILEGES = ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER", "MAINTAIN"];
const COUNT: Record<TableRight, number> = { read: 1, add: 2, change: 3, remove: 4 };

describe.each(cases)("the application's role in the %s database", (_, grants, url, ownerUrl) => {
  it("has a line for every table, and no line is for a table that is none", async () => {
    const rows = await open(ownerUrl())<{ name: string }[]>`
      SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1`;
    expect(rows.map(({ name }) => name)).toEqual(Object.keys(grants).sort());
  });

  it("may do with each table what its line says, and no more", async () => {
    const sql = open(url());
    for (const [table, right] of Object.entries(grants)) {
      const [row] = await sql<{ has: string[] }[]>`
        SELECT array_agg(p) FILTER (WHERE has_table_privilege(${table}, p)) AS has
        FROM unnest(${PRIVILEGES}::text[]) AS p`;
      expect([table, row?.has]).toEqual([table, PRIVILEGES.slice(0, COUNT[right])]);
    }
  });

  it("cannot change or remove what is only added to, whatever way it tries", async () => {
    const sql = open(url());
    for (const [table, right] of Object.entries(grants)) {
      if (right === "change" || right === "remove") continue;
      const [column] = await sql<{ name: string }[]>`
        SELECT attname AS name FROM pg_attribute WHERE attrelid = ${table}::regclass AND attnum > 0 AND attidentity = '' AND NOT attisdropped LIMIT 1`;
      for (const statement of [
        `UPDATE ${table} SET ${column?.name} = ${column?.name}`,
        `DELETE FROM ${table}`,
        `TRUNCATE ${table}`,
        `DROP TABLE ${table}`,
        `ALTER TABLE ${table} DISABLE TRIGGER USER`,
        `SELECT 1 FROM ${table} FOR UPDATE`,
      ]) {
        await expect(sql.unsafe(statement), statement).rejects.toThrow(/permission denied|must be owner/);
      }
    }
  });

  it("cannot become somebody else, make anything, or switch triggers off", async () => {
    const sql = open(url());
    for (const statement of [
      "CREATE TABLE mine (id int)",
      "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
      "SET ROLE downpour",
      "SET session_replication_role = replica",
      "CREATE ROLE other SUPERUSER",
      `CREATE DATABASE mine_${randomUUID().slice(0, 8)}`,
      "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
      "DROP TRIGGER append_only ON operator_actions",
      "INSERT INTO operator_action_links VALUES (1, 1, '', '')",
      "UPDATE operator_action_head SET seq = 0",
      "SELECT * FROM drizzle.__drizzle_migrations",
    ]) {
      await expect(sql.unsafe(statement), statement).rejects.toThrow(/permission denied|must be owner/);
    }
  });

  it("has the same rights when they are given again, and not those that somebody gave by hand", async () => {
    const owner = open(ownerUrl());
    const role = new URL(inject("applicationPostgresUrl")).username;
    const listRights = () =>
      owner`SELECT table_name, privilege_type FROM information_schema.role_table_grants
        WHERE grantee = ${role} ORDER BY 1, 2`;
    const before = await listRights();
    await owner.unsafe(`GRANT ALL ON operator_actions TO ${role}; REVOKE INSERT ON policies FROM ${role}`);
    await applyGrants(owner, grants, role);
    await applyGrants(owner, grants, role);
    expect(await listRights()).toEqual(before);
  });
});

describe.each(cases)("the owner of the %s database", (_, grants, __, ownerUrl) => {
  it("is refused as well, until they take a trigger away on purpose", async () => {
    const owner = open(ownerUrl());
    const kept = Object.keys(grants).filter((t) => grants[t] === "add" && t !== "payout_callbacks");
    for (const table of [...kept, "operator_action_links"]) {
      for (const statement of [`DELETE FROM ${table}`, `TRUNCATE ${table} CASCADE`]) {
        await expect(owner.unsafe(statement), statement).rejects.toThrow("never changed or removed");
      }
    }
  });
});
