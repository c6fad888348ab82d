import { beforeAll, describe, expect, it } from "vitest";
import type { NewSecondFactor } from "@/domain/contracts/second-factor";
import type { Me } from "@/server/services/session/get-me";
import { Authenticator } from "@/testkit/authenticator";
import { newPersonAs, newVisitor, type Person, withLive } from "./lib/attacker";

let operator: Person;
let authenticator: Authenticator;
/** Half minutes from now whose code was not used yet. */
let step = 0;

beforeAll(async () => {
  operator = await newPersonAs("operator");
  const { data } = await operator.client.mutate<NewSecondFactor>("me.startSecondFactor", undefined);
  authenticator = new Authenticator(data.secret);
  const code = await authenticator.codeIn();
  await operator.client.mutate("me.confirmSecondFactor", { code });
});

/** Somebody who has the operator's phone, and nothing else. */
async function thief() {
  const client = newVisitor();
  await client.signInByPhone(operator.phone);
  return client;
}

describe("who has the phone of an operator and no second factor", () => {
  it("is nobody's operator: no call, no export, no channel, no other secret", async () => {
    const client = await thief();
    const { data } = await client.query<Me>("session.me");
    expect(data).toMatchObject({ role: "guest", pendingFactor: "verify" });
    for (const path of ["ops.alarms", "ops.ipBlocks", "finance.reconciliation", "people.search"]) {
      expect((await client.query(path, {})).error?.name).toBe("FORBIDDEN");
    }
    expect((await client.mutate("me.startSecondFactor", undefined)).error?.name).toBe("FORBIDDEN");
    expect((await client.mutate("me.confirmSecondFactor", { code: "123456" })).error?.name).toBe("NOT_FOUND");
    expect((await client.fetch("/api/export/analytics.csv")).status).toBeGreaterThanOrEqual(400);
    const auth = await client.fetch("/api/push/auth", {
      method: "POST",
      body: new URLSearchParams({ socket_id: "1.1", channel_name: "private-admin" }),
    });
    expect(auth.status).toBeGreaterThanOrEqual(400);
    // What the sign-in library's plugin would have is closed, like everything that is not on the list.
    for (const path of ["enable", "disable", "verify-totp", "generate-backup-codes"]) {
      expect((await client.postJson(`/api/auth/two-factor/${path}`, {})).status).toBe(404);
    }
  });

  it("guesses a few times and then no more, with many at once, and takes no code that was seen", async () => {
    const client = await thief();
    step += 1;
    const seen = await authenticator.codeIn(step);
    expect((await operator.client.mutate("me.verifySecondFactor", { code: seen })).error).toBeUndefined();
    expect((await client.mutate("me.verifySecondFactor", { code: seen })).error?.name).toBe(
      "ONE_TIME_CODE_WRONG",
    );
    const guesses = await Promise.all(
      Array.from({ length: 12 }, () => client.mutate("me.verifySecondFactor", { code: seen })),
    );
    const names = guesses.map(({ error }) => error?.name);
    expect(names.filter((name) => name === "ONE_TIME_CODE_WRONG")).toHaveLength(4);
    expect(names.filter((name) => name === "ONE_TIME_CODE_LOCKED")).toHaveLength(8);
    expect((await client.query("ops.alarms", {})).error?.name).toBe("FORBIDDEN");
    // The operator's own session goes on.
    expect((await operator.client.query("ops.alarms", {})).error).toBeUndefined();
  });
});

describe("an operator's browser that somebody else sits at", () => {
  it("gives nobody power, and takes no second factor away", async () => {
    const someone = await newPersonAs("viewer");
    await withLive(
      (live) => live.sql`UPDATE auth_sessions SET second_factor_at = now() - interval '10 minutes'
        WHERE user_id = ${operator.userId} AND second_factor_at IS NOT NULL`,
    );
    const { userId } = someone;
    const given = await operator.client.mutate("people.setRole", {
      userId,
      role: "operator",
      reason: "mine",
    });
    expect(given.error?.name).toBe("SECOND_FACTOR_NEEDED");
    const reset = { userId: operator.userId, reason: "mine" };
    expect((await operator.client.mutate("people.resetSecondFactor", reset)).error?.name).toBe("FORBIDDEN");
    expect((await someone.client.query<Me>("session.me")).data.role).toBe("viewer");
  });
});
