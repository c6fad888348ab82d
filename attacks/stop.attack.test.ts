import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { openFinanceDb } from "@/db/client";
import { grantCoins } from "@/db/live/ledger/grant-coins";
import type { PersonItem, RestrictionAnswer } from "@/domain/contracts/people";
import type { Rain } from "@/domain/contracts/rain";
import { newTraceId } from "@/platform/observability/trace";
import type { ApiClient } from "@/testkit/api-client";
import { newPerson, newPersonAs, newVisitor, type Person, target, withLive } from "./lib/attacker";

let operator: Person;
beforeAll(async () => {
  operator = await newPersonAs("operator");
});

async function ok<T>(answer: Promise<{ data: T; error: unknown }>): Promise<T> {
  const { data, error } = await answer;
  expect(error).toBeUndefined();
  return data;
}
const withCoins = (userId: string, amountCoins: number) =>
  withLive((live) =>
    grantCoins(live, {
      userId,
      bizId: randomUUID(),
      amountCoins,
      traceId: newTraceId(),
      at: new Date(),
    }),
  );

/** An anchor who is live, has coins, and lets a rain fall; and a fan with coins. */
async function liveAnchor() {
  const [anchor, fan] = await Promise.all([newPersonAs("anchor"), newPerson()]);
  await Promise.all([withCoins(anchor.userId, 1_000), withCoins(fan.userId, 1_000)]);
  const { roomId } = await ok(
    anchor.client.mutate<{ roomId: string }>("room.open", { title: "Stop me", category: "talk", tags: [] }),
  );
  const { rainId } = await ok(
    anchor.client.mutate<Rain>("rain.create", { budgetCoins: 500, packetCount: 5, durationSeconds: 300 }),
  );
  await ok(anchor.client.mutate("rain.prepare", { rainId }));
  await expect
    .poll(async () => (await anchor.client.query<Rain>("rain.get", { rainId })).data.status, {
      timeout: 30_000,
    })
    .toBe("ready");
  await ok(anchor.client.mutate("rain.start", { rainId }));
  return { anchor, fan, roomId, rainId };
}
const isListed = async (client: ApiClient, roomId: string) =>
  (
    await ok(client.query<{ items: { roomId: string }[] }>("room.list", { limit: 50, sort: "newest" }))
  ).items.some((room) => room.roomId === roomId);
const send = (client: ApiClient, roomId: string) =>
  client.mutate("gift.send", { giftOrderId: randomUUID(), roomId, giftId: "hearts", count: 1 });
const coinsOf = async (userId: string) => {
  const { wallet } = await ok(
    operator.client.query<{ wallet: { balanceCoins: number } }>("people.get", { userId }),
  );
  return wallet.balanceCoins;
};

/** Whoever pays looks for these under its lock. */
async function holdsOf(anchorId: string): Promise<number> {
  const finance = openFinanceDb(target.financeUrl, { poolMax: 1, applicationName: "attacks" });
  try {
    const [row] = await finance.sql<{ holds: number }[]>`
      SELECT count(*)::int AS holds FROM payout_holds WHERE anchor_id = ${anchorId} AND lifted_at IS NULL`;
    return row?.holds ?? 0;
  } finally {
    await finance.close();
  }
}

describe("a stopped anchor", () => {
  it("is off the air, takes no gift, rains no coin and is paid nothing, from the answer on", async () => {
    const { anchor, fan, roomId, rainId } = await liveAnchor();
    expect(await isListed(fan.client, roomId)).toBe(true);
    expect((await send(fan.client, roomId)).error).toBeUndefined();
    const answer = await ok(
      operator.client.mutate<RestrictionAnswer>("people.ban", { userId: anchor.userId, reason: "an attack" }),
    );
    expect(answer.isDone).toBe(true);
    expect(await isListed(fan.client, roomId)).toBe(false);
    expect((await send(fan.client, roomId)).error?.name).toBe("ROOM_BANNED");
    await expect.poll(async () => (await anchor.client.query("session.me")).data ?? null).toBeNull();
    await expect(newVisitor().signInByPhone(anchor.phone)).rejects.toThrow();
    await expect
      .poll(async () => (await ok(operator.client.query<Rain>("rain.get", { rainId }))).status, {
        timeout: 30_000,
      })
      .toBe("ended");
    expect(await coinsOf(anchor.userId)).toBe(1_000);
    expect(await holdsOf(anchor.userId)).toBe(1);
  });

  it("cannot be live again as a viewer, and a demoted one is held", async () => {
    const { anchor, fan, roomId } = await liveAnchor();
    await ok(
      operator.client.mutate("people.setRole", {
        userId: anchor.userId,
        role: "viewer",
        reason: "an attack",
      }),
    );
    expect(await isListed(fan.client, roomId)).toBe(false);
    await expect
      .poll(
        async () =>
          (await anchor.client.mutate("room.open", { title: "Again", category: "talk", tags: [] })).error
            ?.name,
      )
      .toBe("FORBIDDEN");
    const found = await ok(
      operator.client.query<{ items: PersonItem[] }>("people.search", { text: anchor.userId }),
    );
    expect(found.items).toMatchObject([{ role: "viewer", restrictions: ["payouts"] }]);
    expect(await holdsOf(anchor.userId)).toBe(1);
  });

  it("of a frozen wallet is off the air too", async () => {
    const { anchor, fan, roomId } = await liveAnchor();
    await ok(operator.client.mutate("wallet.freeze", { userId: anchor.userId, reason: "an attack" }));
    expect(await isListed(fan.client, roomId)).toBe(false);
    expect((await send(fan.client, roomId)).error?.name).toBe("ROOM_BANNED");
  });
});

describe("an operator", () => {
  it("closes anybody's room, and nobody but an operator does", async () => {
    const { anchor, fan, roomId } = await liveAnchor();
    const input = { roomId, reason: "an attack" };
    expect((await fan.client.mutate("room.ban", input)).error?.name).toBe("FORBIDDEN");
    expect((await anchor.client.mutate("room.unban", input)).error?.name).toBe("FORBIDDEN");
    await ok(operator.client.mutate("room.ban", input));
    expect(await isListed(fan.client, roomId)).toBe(false);
    expect((await send(fan.client, roomId)).error?.name).toBe("ROOM_BANNED");
    const auth = await fan.client.postJson("/api/push/auth", {
      socket_id: "1.1",
      channel_name: `private-room-${roomId}`,
    });
    expect(auth.status).toBe(403);
  });

  it("is made neither by a list of roles, nor of a guest, nor hidden in the database", async () => {
    const victim = await newPerson();
    for (const role of ["operator,viewer", "viewer,operator", ["operator"], "operator "]) {
      const input = { userId: victim.userId, role, reason: "an attack" };
      expect((await operator.client.mutate("people.setRole", input)).error?.name).toBe("INVALID_INPUT");
    }
    const guest = newVisitor();
    await guest.signInAsGuest();
    const { userId } = (await guest.query<{ userId: string }>("session.me")).data;
    const input = { userId, role: "operator", reason: "an attack" };
    expect((await operator.client.mutate("people.setRole", input)).error?.name).toBe("FORBIDDEN");
    await expect(
      withLive((live) => live.sql`UPDATE users SET role = 'operator,viewer' WHERE id = ${victim.userId}`),
    ).rejects.toThrow("users_one_role");
  });

  it("has no part in money: neither gives, claims nor buys", async () => {
    const [room] = await withLive((live) => live.sql<{ id: string }[]>`SELECT id FROM rooms LIMIT 1`);
    const roomId = room?.id ?? "";
    const refusals = await Promise.all([
      send(operator.client, roomId),
      operator.client.mutate("rain.claim", { code: "a".repeat(22), roomId, claimId: randomUUID() }),
      operator.client.mutate("wallet.recharge", { orderId: randomUUID(), productId: "coins-100" }),
    ]);
    expect(refusals.map(({ error }) => error?.name)).toEqual(["FORBIDDEN", "FORBIDDEN", "FORBIDDEN"]);
  });

  it("who is banned has a dead session, and no answer ever shows a whole phone number", async () => {
    const traitor = await newPersonAs("operator");
    const victim = await newPerson();
    for (const [procedure, input] of [
      ["people.search", { text: victim.phone }],
      ["people.search", { limit: 100 }],
      ["people.get", { userId: victim.userId }],
    ] as const) {
      const text = JSON.stringify((await traitor.client.query(procedure, input)).data);
      expect(text).toContain(victim.userId);
      expect(text).not.toContain(victim.phone.slice(1));
    }
    await ok(operator.client.mutate("people.ban", { userId: traitor.userId, reason: "an attack" }));
    await expect
      .poll(async () => (await traitor.client.query("ops.alarms", {})).error?.name)
      .toBe("UNAUTHENTICATED");
  });
});
