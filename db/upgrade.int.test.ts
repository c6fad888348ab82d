import { randomUUID } from "node:crypto";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { drizzle } from "drizzle-orm/postgres-js";
import { migrate } from "drizzle-orm/postgres-js/migrator";
import postgres from "postgres";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { readChainState } from "./audit-chain";
import { openFinanceDb, openLiveDb } from "./client";
import { migrateFinance, migrateLive } from "./migrate";

/** The last migration before people could be stopped; what it left must be brought here with all that is in it. */
const BEFORE = { live: 9, finance: 4 };

const OWNER = { poolMax: 1, applicationName: "upgrade-test" };
const suffix = randomUUID().slice(0, 8);
const urlOf = (name: keyof typeof BEFORE) =>
  inject("postgresUrl").replace(/\/postgres$/, `/upgrade_${name}_${suffix}`);

async function onServer(work: (sql: postgres.Sql) => Promise<unknown>, url = inject("postgresUrl")) {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  try {
    await work(sql);
  } finally {
    await sql.end({ timeout: 5 });
  }
}

/** A database as it was then, filled by `fill`. */
async function createOld(name: keyof typeof BEFORE, fill: (sql: postgres.Sql) => Promise<unknown>) {
  const folder = mkdtempSync(join(tmpdir(), "upgrade-"));
  try {
    cpSync(`db/${name}/migrations`, folder, { recursive: true });
    const file = join(folder, "meta/_journal.json");
    const journal = JSON.parse(readFileSync(file, "utf8")) as { entries: { idx: number }[] };
    journal.entries = journal.entries.filter(({ idx }) => idx <= BEFORE[name]);
    writeFileSync(file, JSON.stringify(journal));
    await onServer((sql) => sql`CREATE DATABASE ${sql(`upgrade_${name}_${suffix}`)}`);
    await onServer((sql) => migrate(drizzle(sql), { migrationsFolder: folder }), urlOf(name));
    await onServer(fill, urlOf(name));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const id: Record<string, string> = Object.fromEntries(
  ["banned", "over", "lapsed", "demoted", "frozen", "cheat", "guest", "nobody", "lists"].map((name) => [
    name,
    randomUUID(),
  ]),
);
const paymentId = randomUUID();
const sessionId = randomUUID();

async function fillLive(sql: postgres.Sql): Promise<void> {
  const person = (name: string, facts: object) =>
    sql`INSERT INTO users ${sql({ id: id[name], name, email: `${name}@users.invalid`, ...facts })}`;
  await person("banned", { role: "anchor", banned: true, ban_reason: "cards" });
  await person("over", { banned: true, ban_expires: new Date(Date.now() - 1_000) });
  await person("lapsed", { banned: true, ban_reason: " ", ban_expires: new Date(Date.now() + 3_600_000) });
  await person("demoted", { role: "viewer" });
  await person("frozen", { role: "viewer" });
  await person("cheat", { role: "viewer" });
  await person("guest", {
    is_anonymous: true,
    role: "operator",
    phone_index: "a".repeat(64),
    phone_cipher: "v1:x",
  });
  await person("nobody", { is_anonymous: true, role: "guest" });
  await person("lists", { role: "viewer,operator" });
  const room = (name: string, facts: object) =>
    sql`INSERT INTO rooms ${sql({ id: randomUUID(), anchor_id: id[name], title: "t", category: "c", ...facts })}`;
  await room("banned", { banned: true });
  await room("demoted", { current_session_id: sessionId, live_since: new Date() });
  for (const name of ["frozen", "cheat"])
    await sql`
      INSERT INTO ledger_accounts (id, kind, bucket, frozen_at) VALUES (${id[name] ?? ""}, 'wallet', 1, now())`;
  await sql`
    INSERT INTO recharge_orders (payment_id, user_id, order_id, product_id, coins, amount_fen, provider, status, trace_id,
      created_at, expires_at, paid_at, charged_back_at)
    VALUES (${paymentId}, ${id.cheat ?? ""}, ${randomUUID()}, 'coins-60', 100, 600, 'sandbox', 'charged_back', 't', now(),
      now(), now(), now())`;
  for (const what of ["one", "two"])
    await sql`
      INSERT INTO operator_actions (actor_id, action, subject, before, after, reason, trace_id)
      VALUES (${randomUUID()}, 'wallet.freeze', ${what}, ${null}, ${sql.json({ a: 1 })}, 'r', 't')`;
}

beforeAll(async () => {
  await createOld("live", fillLive);
  await createOld("finance", async (sql) => {
    await sql`
      INSERT INTO operator_actions (actor_id, action, subject, trace_id) VALUES (${randomUUID()}, 'share.set', 's', 't')`;
  });
});
afterAll(async () => {
  for (const name of ["live", "finance"])
    await onServer((sql) => sql`DROP DATABASE IF EXISTS ${sql(`upgrade_${name}_${suffix}`)} WITH (FORCE)`);
});

it("brings databases with people, bans, freezes and charge-backs in them here, once", async () => {
  for (const _ of ["first", "again"]) {
    await migrateLive(urlOf("live"));
    await migrateFinance(urlOf("finance"));
  }
  const live = openLiveDb(urlOf("live"), OWNER);
  const stops = await live.sql`
    SELECT u.name, a.kind, a.source, a.reason FROM account_restrictions a JOIN users u ON u.id = a.user_id ORDER BY 1, 2`;
  expect([...stops]).toEqual([
    { name: "banned", kind: "room", source: "room", reason: "Banned before reasons were kept." },
    { name: "banned", kind: "signIn", source: "account", reason: "cards" },
    { name: "demoted", kind: "payouts", source: "role", reason: "No anchor any more." },
    { name: "frozen", kind: "spending", source: "wallet", reason: "Frozen before reasons were kept." },
    { name: "lapsed", kind: "signIn", source: "account", reason: "Banned before reasons were kept." },
  ]);
  const roles =
    await live.sql`SELECT name, role, is_anonymous FROM users WHERE name IN ('guest', 'lists') ORDER BY 1`;
  expect([...roles]).toEqual([
    { name: "guest", role: "viewer", is_anonymous: false },
    { name: "lists", role: "viewer", is_anonymous: false },
  ]);
  const freezes =
    await live.sql`SELECT u.name, f.source FROM wallet_freezes f JOIN users u ON u.id = f.user_id ORDER BY 1`;
  expect([...freezes]).toEqual([
    { name: "cheat", source: "payment" },
    { name: "frozen", source: "operator" },
  ]);
  // What operators had done, and what was mended now, stands in the chain without a gap.
  const finance = openFinanceDb(urlOf("finance"), OWNER);
  for (const [db, actions] of [
    [live, 4],
    [finance, 1],
  ] as const) {
    const { head, lastSeq, unchained } = await readChainState(db);
    expect({ seq: head?.seq, lastSeq, unchained }).toEqual({ seq: actions, lastSeq: actions, unchained: [] });
    await db.close();
  }
});
