import { randomUUID } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { postGifts } from "@/db/live/ledger/post-gifts";
import { createLog } from "@/platform/observability/log";
import { type ReceivedMessage, signMessage } from "@/platform/security/signed-message";
import { parseEnv } from "@/platform/settings/env";
import { startPayouts } from "@/workers/payment-sandbox/payouts";
import { checkInvariants } from "../services/audit/check-invariants";
import { settleNewGifts } from "../services/finance/settle-gifts";
import { giftEntry, type MoneyHarness, openAnchor, openWallet, startMoneyHarness } from "./money-harness";

export const PAYOUT_SECRET = "the-payout-secret-of-this-test";
const FEN_PER_COIN_OF_ANCHOR = 5;

/** What the way to the provider does to calls: nothing, loses them, or loses their answers. */
export type Network = "fine" | "loses calls" | "loses answers";

export interface PayoutHarness extends MoneyHarness {
  network: Network;
  /** How many orders of a payout reached the provider. */
  ordersOf(payoutId: string): number;
  /** The provider's own ledger: payout id → how often money left for it, and how much. */
  readLedger(): Map<string, { times: number; fen: number }>;
  /** Throws when somebody has gained or lost anything, or was paid twice. */
  checkMoney(): Promise<void>;
  /** A new anchor who has earned this much by gifts, with a phone if one is given. */
  anchorWith(earnedFen: number, phoneNumber?: string): Promise<string>;
  composeCallback(
    facts: Record<string, unknown>,
    options?: { nonce?: string; timestampMs?: number; secret?: string },
  ): ReceivedMessage;
}

/** Both databases, Redis, and the sandbox that pays out, behind a network that can be told to fail. */
export async function startPayoutHarness(): Promise<PayoutHarness> {
  const money = await startMoneyHarness();
  const folder = mkdtempSync(join(tmpdir(), "downpour-payouts-"));
  const file = join(folder, "payouts.jsonl");
  const log = createLog("payout-test");
  log.level = "silent";
  // Nobody listens for its callbacks: these tests make their own.
  const callbackUrl = "http://127.0.0.1:9/";
  const payouts = startPayouts({ callbackUrl, secret: PAYOUT_SECRET, mischief: "none", file, log });
  const orders = new Map<string, number>();
  const inner = createServer((request, response) => {
    payouts.handle(request.url ?? "", request, response).catch((error: { bizName?: string }) => {
      response.writeHead(error.bizName === "NOT_FOUND" ? 404 : 400).end();
    });
  });
  /** Hands a call on, and its answer back unless that is lost. */
  async function relay(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    if (request.method === "POST") {
      const { payoutId } = JSON.parse(Buffer.concat(chunks).toString()) as { payoutId: string };
      orders.set(payoutId, (orders.get(payoutId) ?? 0) + 1);
    }
    const answer = await fetch(`http://127.0.0.1:${portOf(inner)}${request.url}`, {
      method: request.method,
      headers: request.headers as Record<string, string>,
      ...(request.method === "POST" ? { body: Buffer.concat(chunks) } : {}),
    });
    const text = await answer.text();
    if (harness.network === "loses answers") response.destroy();
    else response.writeHead(answer.status).end(text);
  }
  const outer = createServer((request, response) => {
    if (harness.network === "loses calls") response.destroy();
    else relay(request, response).catch(() => response.destroy());
  });
  for (const server of [inner, outer]) {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  }
  const env = parseEnv({
    ...Object.fromEntries(Object.entries(money.resources.env).map(([name, value]) => [name, String(value)])),
    PAYOUT_URL: `http://127.0.0.1:${portOf(outer)}`,
    PAYOUT_SECRET,
  });
  const sender = randomUUID();
  await openWallet(money.resources, sender, 1_000_000_000);

  const harness: PayoutHarness = {
    ...money,
    resources: { ...money.resources, env },
    network: "fine",
    ordersOf: (payoutId) => orders.get(payoutId) ?? 0,
    readLedger() {
      const ledger = new Map<string, { times: number; fen: number }>();
      const lines = existsSync(file) ? readFileSync(file, "utf8").split("\n").filter(Boolean) : [];
      for (const line of lines) {
        const { payout } = JSON.parse(line) as {
          payout: { payoutId: string; state: string; amountFen: number };
        };
        if (payout.state !== "paid") continue;
        const { times, fen } = ledger.get(payout.payoutId) ?? { times: 0, fen: 0 };
        ledger.set(payout.payoutId, { times: times + 1, fen: fen + payout.amountFen });
      }
      return ledger;
    },
    async checkMoney() {
      const results = await checkInvariants(harness.resources);
      const broken = results.filter((result) => result.breaches.length > 0);
      if (broken.length > 0) throw new Error(JSON.stringify(broken));
      const twice = [...harness.readLedger()].filter(([, { times }]) => times !== 1);
      if (twice.length > 0) throw new Error(`Paid more than once: ${JSON.stringify(twice)}`);
    },
    async anchorWith(earnedFen, phoneNumber) {
      const anchorId = await openAnchor(money.resources, phoneNumber);
      if (earnedFen === 0) return anchorId;
      const priceCoins = earnedFen / FEN_PER_COIN_OF_ANCHOR;
      await postGifts(money.resources.live.sql, [giftEntry(sender, { anchorId, priceCoins })]);
      await settleNewGifts(money.resources, 1_000);
      return anchorId;
    },
    composeCallback(facts, options = {}) {
      const body = JSON.stringify({ state: "paid", providerRef: "sbx_1", reason: null, ...facts });
      const headers = signMessage(options.secret ?? PAYOUT_SECRET, {
        ...CALLBACK,
        body,
        timestampMs: options.timestampMs ?? Date.now(),
        nonce: options.nonce ?? randomUUID(),
      });
      return { ...CALLBACK, headers, body: Buffer.from(body) };
    },
    async close() {
      await payouts.close();
      for (const server of [inner, outer]) {
        server.closeAllConnections();
        await new Promise<void>((resolve) => server.close(() => resolve()));
      }
      rmSync(folder, { recursive: true, force: true });
      await money.close();
    },
  };
  return harness;
}

const CALLBACK = { method: "POST", path: "/api/callbacks/payout" };
const portOf = (server: ReturnType<typeof createServer>) => (server.address() as AddressInfo).port;
