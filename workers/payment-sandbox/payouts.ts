import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { BizError } from "@/domain/contracts/errors";
import { backOffMs } from "@/domain/rules/back-off";
import { readBody, sendJson } from "@/platform/http/json";
import type { Log } from "@/platform/observability/log";
import { NonceMemory, signMessage, verifyMessage } from "@/platform/security/signed-message";
import { NewPayout, openPayoutBook, type Payout } from "./payout-book";
import { readMessage } from "./read-message";

export const PAYOUTS_PATH = "/v1/payouts";
const PAYOUT_PATH = /^\/v1\/payouts\/([\da-f-]{36})$/;
const BODY_BYTES_MAX = 16 * 1024;
const TIMEOUT_MS = 2_000;
const DELAY_MS_MAX = 3_000;
const TRIES_MAX = 8;
const BACK_OFF = { firstMs: 1_000, maxMs: 120_000 };

export interface PayoutsOptions {
  callbackUrl: string;
  secret: string;
  /**
   * usual: sometimes pays and loses the answer, sometimes pays late, tells twice; none: answers and tells at once; silent:
   * pays, never answers an order and never tells.
   */
  mischief: "usual" | "none" | "silent";
  file?: string;
  log: Log;
}

export interface Payouts {
  /** `POST /v1/payouts`, `GET /v1/payouts/<id>`; anything else is NOT_FOUND. */
  handle(path: string, request: IncomingMessage, response: ServerResponse): Promise<void>;
  close(): Promise<void>;
}

/** The half of the sandbox that pays out. */
export function startPayouts(options: PayoutsOptions): Payouts {
  const { callbackUrl, secret, mischief, log } = options;
  const book = openPayoutBook(options.file);
  const nonces = new NonceMemory();
  const { pathname: callbackPath } = new URL(callbackUrl);
  const timers = new Set<NodeJS.Timeout>();
  const running = new Set<Promise<void>>();

  function later(delayMs: number, work: () => Promise<void>): void {
    const timer = setTimeout(() => {
      timers.delete(timer);
      const task = work().finally(() => running.delete(task));
      running.add(task);
    }, delayMs);
    timers.add(timer);
  }

  async function tell(payout: Payout, tries = 0): Promise<void> {
    const body = JSON.stringify(payout);
    const headers = signMessage(secret, {
      method: "POST",
      path: callbackPath,
      body,
      timestampMs: Date.now(),
      nonce: randomUUID(),
    });
    const status = await fetch(callbackUrl, {
      method: "POST",
      headers: { ...headers, "content-type": "application/json" },
      body,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    }).then(
      async (response) => {
        await response.body?.cancel();
        return response.status;
      },
      () => 0,
    );
    log.info({ payoutId: payout.payoutId, state: payout.state, answer: status }, "told the merchant");
    if (status < 300 && status > 0) return;
    if (tries < TRIES_MAX) later(backOffMs(tries, Math.random(), BACK_OFF), () => tell(payout, tries + 1));
  }

  function finish(payoutId: string): Payout | undefined {
    const payout = book.pay(payoutId);
    if (!payout || mischief === "silent") return payout;
    const delays = mischief === "usual" ? [Math.random() * DELAY_MS_MAX, DELAY_MS_MAX] : [0];
    for (const delayMs of delays) later(delayMs, () => tell(payout));
    return payout;
  }

  function order(body: Buffer, response: ServerResponse): void {
    const known = readOrder(body);
    const isNew = book.find(known.payoutId) === undefined;
    const ordered = book.order(known);
    if (!ordered) throw new BizError("PAYMENT_MISMATCH", { field: "amountFen" });
    const mood = mischief === "usual" ? Math.floor(Math.random() * 3) : mischief === "silent" ? 0 : 2;
    // One third is paid in a while; the answer says that it is on its way.
    if (isNew && mood === 1) later(Math.random() * DELAY_MS_MAX, async () => void finish(known.payoutId));
    const payout = mood === 1 ? ordered : (finish(known.payoutId) ?? ordered);
    // Another third is paid, and the line goes dead.
    if (mood === 0) response.destroy();
    else sendJson(response, 200, payout);
  }

  // What was on its way when the process ended.
  for (const { payoutId } of book.processing()) later(0, async () => void finish(payoutId));

  return {
    async handle(path, request, response) {
      const body = await readBody(request, BODY_BYTES_MAX);
      nonces.use(verifyMessage(secret, readMessage(request, body), Date.now()));
      if (path === PAYOUTS_PATH && request.method === "POST") {
        order(body, response);
        return;
      }
      const payout = book.find(PAYOUT_PATH.exec(path)?.[1] ?? "");
      if (!payout || request.method !== "GET") throw new BizError("NOT_FOUND");
      sendJson(response, 200, payout);
    },
    async close() {
      for (const timer of timers) clearTimeout(timer);
      await Promise.all(running);
    },
  };
}

function readOrder(body: Buffer): NewPayout {
  try {
    return NewPayout.parse(JSON.parse(body.toString("utf8")));
  } catch (cause) {
    throw new BizError("INVALID_INPUT", { field: "body" }, { cause });
  }
}
