import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { MySession } from "@/domain/contracts/account";
import type { ApiClient } from "@/testkit/api-client";
import { newPerson, newPersonAs, newVisitor, withLive } from "./lib/attacker";

const listSessions = async (client: ApiClient) => (await client.query<MySession[]>("me.sessions")).data;

describe("a session", () => {
  it("is in a cookie that no script reads and no other site sends", async () => {
    const client = newVisitor();
    const answer = await client.postJson("/api/auth/sign-in/anonymous", {});
    const cookies = answer.headers.getSetCookie();
    expect(cookies.length).toBeGreaterThan(0);
    for (const cookie of cookies) {
      expect(cookie).toMatch(/; HttpOnly/i);
      expect(cookie).toMatch(/; SameSite=Lax/i);
    }
  });

  it("shows where else its person is signed in, with no whole address, and ends there at once", async () => {
    const person = await newPerson();
    const other = newVisitor();
    await other.signInByPhone(person.phone);
    const sessions = await listSessions(person.client);
    expect(sessions).toHaveLength(2);
    for (const { address } of sessions) expect(address).toMatch(/^198\.\d+\.\*\.\*$/);
    const ended = sessions.find(({ isCurrent }) => !isCurrent)?.sessionId;
    expect((await person.client.mutate("me.endSession", { sessionId: ended })).error).toBeUndefined();
    await expect.poll(async () => (await other.query("me.sessions")).error?.name).toBe("UNAUTHENTICATED");
    expect((await person.client.query("me.sessions")).error).toBeUndefined();
  });

  it("is ended by nobody else but an operator, who says why", async () => {
    const [victim, stranger, operator] = await Promise.all([
      newPerson(),
      newPerson(),
      newPersonAs("operator"),
    ]);
    const [session] = await listSessions(victim.client);
    const sessionId = session?.sessionId;
    expect((await stranger.client.mutate("me.endSession", { sessionId })).error?.name).toBe("NOT_FOUND");
    const end = { userId: victim.userId, sessionId, reason: "reported as stolen" };
    expect((await stranger.client.mutate("people.endSessions", end)).error?.name).toBe("FORBIDDEN");
    expect((await operator.client.mutate("people.endSessions", { ...end, reason: " " })).error?.name).toBe(
      "INVALID_INPUT",
    );
    expect((await victim.client.query("me.sessions")).error).toBeUndefined();

    const strange = { ...end, userId: stranger.userId };
    expect((await operator.client.mutate("people.endSessions", strange)).error?.name).toBe("NOT_FOUND");
    const unknown = { ...end, sessionId: randomUUID() };
    expect((await operator.client.mutate("people.endSessions", unknown)).error?.name).toBe("NOT_FOUND");
    expect((await operator.client.mutate("people.endSessions", end)).data).toEqual({ ended: 1 });
    await expect
      .poll(async () => (await victim.client.query("me.sessions")).error?.name)
      .toBe("UNAUTHENTICATED");
    const rows = await withLive(
      (live) =>
        live.sql`SELECT actor_id, reason FROM operator_actions WHERE action = 'session.end' AND subject = ${`user:${victim.userId}`}`,
    );
    expect(rows).toEqual([{ actor_id: operator.userId, reason: "reported as stolen" }]);
  });
});
