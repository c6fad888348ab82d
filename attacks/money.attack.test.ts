import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { newPerson, newVisitor } from "./lib/attacker";

const DEMO_VIEWER = "+8613800000001";

describe("somebody who gives without a name", () => {
  it("is not found by the combo that they began with their name", async () => {
    const { client, userId } = await newPerson(DEMO_VIEWER);
    const { data: rooms } = await client.query<{ items: { roomId: string }[] }>("room.list", {});
    const roomId = rooms.items[0]?.roomId as string;
    const comboId = randomUUID();
    const give = async (anonymous: boolean) => {
      const giftOrderId = randomUUID();
      const order = { giftOrderId, roomId, giftId: "hearts", count: 1, comboId, anonymous };
      expect((await client.mutate("gift.send", order)).error).toBeUndefined();
      await expect
        .poll(
          async () => (await client.query<{ status: string }>("gift.status", { giftOrderId })).data.status,
        )
        .toBe("settled");
      return giftOrderId;
    };
    const [named, secret] = [await give(false), await give(true)];

    interface Event {
      giftOrderId?: string;
      combo?: { comboId: string; count: number };
      sender?: { userId: string | null };
    }
    const onlooker = newVisitor();
    const find = async (giftOrderId: string) => {
      const { data } = await onlooker.query<{ events: Event[] }>("room.eventsAfter", { roomId, seq: 0 });
      return data.events.find((event) => event.giftOrderId === giftOrderId);
    };
    await expect.poll(() => find(secret)).toBeDefined();
    const [first, second] = [await find(named), await find(secret)];
    expect(first?.sender?.userId).toBe(userId);
    expect(second?.sender?.userId).toBeNull();
    expect(second?.combo?.comboId).not.toBe(first?.combo?.comboId);
    expect(second?.combo?.count).toBe(1);
  });
});

describe("orders of coins that come at once", () => {
  it("are no more than those that come one by one", async () => {
    const { client } = await newPerson();
    const order = (orderId: string) =>
      client.mutateUntilTaken("wallet.recharge", { orderId, productId: "coins-60" });
    const answers = await Promise.all(Array.from({ length: 40 }, () => order(randomUUID())));
    const refused = answers.filter(({ error }) => error?.name === "RATE_LIMITED");
    expect(answers.length - refused.length).toBe(10);
    expect(
      (await client.query<{ items: unknown[] }>("wallet.orders", { limit: 100 })).data.items,
    ).toHaveLength(10);
  });
});
