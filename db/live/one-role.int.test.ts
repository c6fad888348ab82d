import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type LiveDb, openLiveDb } from "@/db/client";
import { createTestDatabases, type TestDatabases } from "@/db/testing/create-test-databases";

let databases: TestDatabases;
let live: LiveDb;
beforeAll(async () => {
  databases = await createTestDatabases();
  live = openLiveDb(databases.liveOwnerUrl, { poolMax: 2, applicationName: "one-role" });
});
afterAll(async () => {
  await live?.close();
  await databases?.drop();
});

/** The statements of one migration, whatever its number. */
function statementsOf(name: string): string[] {
  const folder = new URL("./migrations/", import.meta.url);
  const file = readdirSync(folder).find((entry) => entry.endsWith(`_${name}.sql`));
  return readFileSync(new URL(file ?? name, folder), "utf8").split("--> statement-breakpoint");
}

it("odd roles of before become one, with an audit row each, and bans of before become restrictions", async () => {
  const { sql } = live;
  await sql`ALTER TABLE users DROP CONSTRAINT users_one_role, DROP CONSTRAINT users_guest_has_no_role`;
  const people = {
    hidden: "operator,viewer",
    guest: "viewer",
    pretender: "guest",
    fine: "anchor",
    banned: "viewer",
  };
  const ids = new Map<string, string>();
  for (const [name, role] of Object.entries(people)) {
    const id = randomUUID();
    ids.set(name, id);
    await sql`
      INSERT INTO users (id, name, email, role, is_anonymous, banned, ban_reason)
      VALUES (${id}, ${name}, ${`${id}@users.invalid`}, ${role}, ${name === "guest"}, ${name === "banned"}, ' ')`;
  }
  await sql`
    INSERT INTO rooms (id, anchor_id, title, category, current_session_id, banned)
    VALUES (${randomUUID()}, ${ids.get("hidden") ?? ""}, 't', 'c', ${randomUUID()}, false),
      (${randomUUID()}, ${ids.get("fine") ?? ""}, 't', 'c', NULL, true)`;
  for (const statement of statementsOf("one-role")) await sql.unsafe(statement);
  await sql`
    ALTER TABLE users ADD CONSTRAINT users_one_role CHECK (role IN ('guest', 'viewer', 'anchor', 'operator')),
      ADD CONSTRAINT users_guest_has_no_role CHECK (is_anonymous IS NOT TRUE OR role = 'guest')`;
  const rows = await sql<{ name: string; role: string }[]>`SELECT name, role FROM users ORDER BY name`;
  expect(Object.fromEntries(rows.map(({ name, role }) => [name, role]))).toEqual({
    hidden: "viewer",
    guest: "guest",
    pretender: "viewer",
    fine: "anchor",
    banned: "viewer",
  });
  const audit = await sql<{ subject: string }[]>`
    SELECT subject FROM operator_actions WHERE action = 'people.mend-role'`;
  expect(audit.map(({ subject }) => subject).toSorted()).toEqual(
    ["hidden", "guest", "pretender"].map((name) => `user:${ids.get(name)}`).toSorted(),
  );

  for (const statement of statementsOf("stops-of-before").filter((text) =>
    text.includes('INSERT INTO "account'),
  ))
    await sql.unsafe(statement);
  const stops = await sql<{ user_id: string; kind: string; source: string }[]>`
    SELECT user_id, kind, source FROM account_restrictions ORDER BY kind`;
  expect(stops).toEqual([
    { user_id: ids.get("hidden"), kind: "payouts", source: "role" },
    { user_id: ids.get("fine"), kind: "room", source: "room" },
    { user_id: ids.get("banned"), kind: "signIn", source: "account" },
  ]);
});
