import { execFileSync } from "node:child_process";
import postgres from "postgres";
import { describe, expect, it } from "vitest";
import { tamper } from "@/db/testing/tamper";
import { target } from "./lib/attacker";

/** Whoever got hold of the application's password, in a console of their own. */
async function asApplication(url: string, statement: string): Promise<unknown> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  try {
    return await sql.unsafe(statement);
  } finally {
    await sql.end({ timeout: 5 });
  }
}

describe("with the application's password", () => {
  it.each([
    ["live", "UPDATE trades SET amount_coins = amount_coins * 2"],
    ["live", "DELETE FROM trades"],
    ["live", "DELETE FROM operator_actions"],
    ["live", "UPDATE gift_records SET anchor_id = sender_id"],
    ["live", "TRUNCATE operator_actions"],
    ["live", "ALTER TABLE trades DISABLE TRIGGER ALL"],
    ["live", "SET session_replication_role = replica"],
    ["live", "SET ROLE downpour"],
    ["live", "UPDATE operator_action_head SET seq = 0"],
    ["finance", "UPDATE settlement_lines SET anchor_fen = gross_fen, platform_fen = 0"],
    ["finance", "UPDATE revenue_shares SET share_bps = 10000"],
    ["finance", "DELETE FROM withdrawal_events"],
    ["finance", "UPDATE operator_actions SET actor_id = gen_random_uuid()"],
  ])("nobody changes what is only added to (%s: %s)", async (database, statement) => {
    const url = database === "live" ? target.liveUrl : target.financeUrl;
    await expect(asApplication(url, statement)).rejects.toThrow(/permission denied|must be owner/);
  });
});

describe("with the owner's password", () => {
  const audit = (): string => {
    try {
      return execFileSync(process.execPath, ["dist/audit.mjs"], {
        env: { ...process.env, ...target.env },
        encoding: "utf8",
      });
    } catch (error) {
      return String((error as { stdout: unknown }).stdout);
    }
  };
  const chain = () =>
    audit()
      .split("\n")
      .filter((line, i, lines) => line.includes("chained") || lines[i - 1]?.includes("chained"));

  it("a change of what an operator did is refused, and seen once the trigger was taken away", async () => {
    await asApplication(
      target.liveUrl,
      `INSERT INTO operator_actions (actor_id, action, subject, reason, trace_id)
      VALUES (gen_random_uuid(), 'wallet.freeze', 'attack:1', 'as it was', 't')`,
    );
    const change = (reason: string) =>
      `UPDATE operator_actions SET reason = '${reason}' WHERE subject = 'attack:1'`;
    await expect(asApplication(target.liveOwnerUrl, change("never"))).rejects.toThrow("never changed");
    expect(chain()[0]).toMatch(/^holds/);
    await tamper(target.liveOwnerUrl, change("never"));
    expect(chain()).toEqual([
      expect.stringMatching(/^BROKEN .*chained/),
      expect.stringMatching(/"subject":"operator-action:\d+".*attack:1/),
    ]);
    await tamper(target.liveOwnerUrl, change("as it was"));
    expect(chain()[0]).toMatch(/^holds/);
  });
});
