import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { auditAccountsSum, auditBalances } from "@/db/live/queries/audit-ledger";
import { auditRecharges } from "@/db/live/queries/audit-money-in";
import { auditPayments, auditTakeBacks } from "@/db/live/queries/audit-payments";
import type { RechargeStatus } from "@/domain/contracts/recharge";
import {
  composeCallback,
  type RechargeHarness,
  sendCallback,
  signInViewer,
  startRechargeHarness,
} from "@/server/testing/recharge-harness";
import { askProviders } from "./ask-providers";

const ORDERS = 3;
let harness: RechargeHarness;
let people = 0;

beforeAll(async () => {
  harness = await startRechargeHarness({
    mischief: "silent",
    settings: { RATE_LIMIT_ONE_TIME_CODE: "100000/60" },
  });
});
afterAll(() => harness?.close());

/** What may happen to an order, in any order and several at a time. */
const Step = fc.record({
  order: fc.nat(ORDERS - 1),
  what: fc.constantFrom(
    ...([
      "paid",
      "failed",
      "charged_back",
      "disputed",
      "warned",
      "replay",
      "forged",
      "short",
      "unknown",
      "pay",
      "decline",
      "ask",
      "expire",
    ] as const),
  ),
});
const Rounds = fc.array(fc.array(Step, { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 5 });

interface Placed {
  orderId: string;
  paymentId: string;
  facts: { paymentId: string; providerRef: string; amountFen: number };
  payUrl: string;
  coins: number;
  /** Whether the provider ever said, in words that we must believe, that money came or went back. */
  isPaid: boolean;
  isChargedBack: boolean;
  /** In another currency, and without the amount of the payment: it stops, and stands for no payment. */
  isDisputed: boolean;
  isWarned: boolean;
  /** The provider itself has taken the money, while we still waited for it. */
  isPaidInTime: boolean;
  /** The provider itself may have taken the money, when nobody waited for it any more. */
  isPaidLate: boolean;
}

async function placeOrders(client: Awaited<ReturnType<typeof signInViewer>>): Promise<Placed[]> {
  return Promise.all(
    Array.from({ length: ORDERS }, async () => {
      const orderId = randomUUID();
      const { data } = await client.mutate<{ payUrl: string }>("wallet.recharge", {
        orderId,
        productId: "coins-60",
      });
      const [row] = await harness.web.resources.live.sql`
        SELECT payment_id, provider_ref FROM recharge_orders WHERE order_id = ${orderId}`;
      const paymentId = row?.payment_id as string;
      return {
        orderId,
        paymentId,
        facts: { paymentId, providerRef: row?.provider_ref as string, amountFen: 600 },
        payUrl: data.payUrl,
        coins: 60,
        isPaid: false,
        isChargedBack: false,
        isDisputed: false,
        isWarned: false,
        isPaidInTime: false,
        isPaidLate: false,
      };
    }),
  );
}

const send = (message: ReturnType<typeof composeCallback>) => sendCallback(harness.web.url, message);

it("ends as the provider's words say, whatever their order and number, and the books balance", async () => {
  await fc.assert(
    fc.asyncProperty(Rounds, async (rounds) => {
      people += 1;
      const client = await signInViewer(harness.web.url, `+8613700${String(300_000 + people)}`);
      const orders = await placeOrders(client);
      const sent: ReturnType<typeof composeCallback>[] = [];
      let isOver = false;

      const carryOut = async ({ order, what }: { order: number; what: string }): Promise<void> => {
        const placed = orders[order] as Placed;
        switch (what) {
          case "paid":
          case "failed":
          case "charged_back": {
            const message = composeCallback({ ...placed.facts, kind: what });
            if (what !== "failed") placed.isPaid = true;
            if (what === "charged_back") placed.isChargedBack = true;
            expect((await send(message)).status).toBe(200);
            sent.push(message);
            break;
          }
          case "disputed":
          case "warned": {
            const { paymentId } = placed.facts;
            const message =
              what === "warned"
                ? composeCallback({ kind: "fraud_warning", paymentId })
                : composeCallback({ kind: "disputed", paymentId, currency: "usd", amountFen: 93 });
            if (what === "warned") placed.isWarned = true;
            else placed.isDisputed = true;
            expect((await send(message)).status).toBe(200);
            sent.push(message);
            break;
          }
          case "replay": {
            const message = sent[0];
            if (message) expect(await send(message)).toMatchObject({ status: 409, error: "REPLAYED" });
            break;
          }
          case "forged":
            expect(
              (await send(composeCallback(placed.facts, { secret: "not-the-sandbox-secret" }))).status,
            ).toBe(403);
            break;
          case "short":
            expect((await send(composeCallback({ ...placed.facts, amountFen: 599 }))).status).toBe(409);
            break;
          case "unknown":
            expect((await send(composeCallback({ ...placed.facts, paymentId: randomUUID() }))).status).toBe(
              404,
            );
            break;
          case "pay":
          case "decline":
            if (what === "pay" && isOver) placed.isPaidLate = true;
            else if (what === "pay") placed.isPaidInTime = true;
            await fetch(`${placed.payUrl}/${what}`, { method: "POST", redirect: "manual" });
            break;
          case "ask":
          case "expire":
            await askProviders(
              harness.web.resources,
              new Date(Date.now() + (what === "ask" ? 31_000 : 3_601_000)),
            );
            break;
        }
      };
      for (const round of rounds) {
        isOver ||= round.some(({ what }) => what === "expire");
        await Promise.all(round.map(carryOut));
      }
      // Time goes on until nobody waits for anything any more.
      await askProviders(harness.web.resources, new Date(Date.now() + 7_300_000));

      const { live } = harness.web.resources;
      let coins = 0;
      for (const placed of orders) {
        const [row] = await live.sql<{ status: RechargeStatus; ask_at: Date | null }[]>`
          SELECT status, ask_at FROM recharge_orders WHERE payment_id = ${placed.paymentId}`;
        const status = row?.status as RechargeStatus;
        const paid = placed.isDisputed ? "charged_back" : "paid";
        if (placed.isChargedBack) expect(status).toBe("charged_back");
        else if (placed.isPaid || placed.isPaidInTime) expect(status).toBe(paid);
        else if (placed.isPaidLate) expect([paid, "expired", "failed"]).toContain(status);
        else expect(["expired", "failed"]).toContain(status);
        expect(row?.ask_at).toBeNull();
        if (status === "paid" || status === "charged_back") coins += placed.coins;
      }
      const [wallet] = await live.sql`
        SELECT balance_coins::int AS coins, frozen_at IS NOT NULL AS frozen FROM ledger_accounts
        WHERE id = ${client.userId}`;
      const stops = (placed: Placed) => placed.isChargedBack || placed.isDisputed || placed.isWarned;
      expect(wallet).toEqual({ coins, frozen: orders.some(stops) });
      for (const audit of [
        await auditPayments(live),
        await auditTakeBacks(live),
        await auditRecharges(live),
        await auditBalances(live),
        await auditAccountsSum(live),
      ])
        expect(audit.differences).toEqual([]);
    }),
    { numRuns: 25 },
  );
}, 120_000);
