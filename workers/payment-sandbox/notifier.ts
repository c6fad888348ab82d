import { randomUUID } from "node:crypto";
import { backOffMs } from "@/domain/rules/back-off";
import type { Log } from "@/platform/observability/log";
import { signMessage } from "@/platform/security/signed-message";
import type { Notice, Payment, PaymentBook } from "./payments";

/** usual: late, several times and out of order, as real providers do on bad days; none: once, at once; silent: never. */
export type Mischief = "usual" | "none" | "silent";

const TIMEOUT_MS = 2_000;
const BACK_OFF = { firstMs: 1_000, maxMs: 60_000 };
const TRIES_MAX = 12;

const DELAY_MS_MAX = 800;
/** What was declined is told later than what was paid after it. */
const DECLINED_DELAY_MS = 2_500;
const ECHO_DELAYS_MS = [200, 1_000, 3_000];

export interface NotifierOptions {
  callbackUrl: string;
  secret: string;
  mischief: Mischief;
  book: PaymentBook;
  log: Log;
}

/** Tells the merchant what happened to payments, by signed callbacks, until it is taken. */
export interface Notifier {
  tell(notice: Notice): void;
  /** Sends no more; what was not taken yet is told after the next start. */
  close(): Promise<void>;
}

export function createNotifier(options: NotifierOptions): Notifier {
  const { callbackUrl, secret, mischief, book, log } = options;
  const timers = new Set<NodeJS.Timeout>();
  const running = new Set<Promise<void>>();
  const { pathname: callbackPath } = new URL(callbackUrl);
  let isClosed = false;

  function later(delayMs: number, work: () => Promise<void>): void {
    if (isClosed) return;
    const timer = setTimeout(() => {
      timers.delete(timer);
      const task = work().finally(() => running.delete(task));
      running.add(task);
    }, delayMs);
    timers.add(timer);
  }

  function compose({ paymentId, kind, event }: Notice, payment: Payment) {
    const { providerRef, amountFen } = payment;
    const reason = kind === "failed" ? "declined" : null;
    const body = JSON.stringify({ kind, paymentId, providerRef, amountFen, reason, ...event });
    const headers = signMessage(secret, {
      method: "POST",
      path: callbackPath,
      body,
      timestampMs: Date.now(),
      nonce: randomUUID(),
    });
    return { body, headers };
  }

  /** True when the merchant answered that it took it. */
  async function send({ body, headers }: ReturnType<typeof compose>, notice: Notice): Promise<boolean> {
    const result = await fetch(callbackUrl, {
      method: "POST",
      headers: { ...headers, "content-type": "application/json" },
      body,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    }).then(
      async (response) => {
        await response.body?.cancel();
        return response.status;
      },
      (error: unknown) => String(error),
    );
    log.info({ kind: notice.kind, paymentId: notice.paymentId, answer: result }, "told the merchant");
    return typeof result === "number" && result < 300;
  }

  async function deliver(notice: Notice, tries: number): Promise<void> {
    const payment = book.find(notice.paymentId);
    if (!payment) return;
    const message = compose(notice, payment);
    if (await send(message, notice)) {
      book.markTold(notice.noticeId);
      if (mischief === "usual" && tries === 0) echo(notice, message);
      return;
    }
    if (tries + 1 >= TRIES_MAX) {
      log.warn({ paymentId: notice.paymentId, kind: notice.kind }, "gave up telling the merchant");
      return;
    }
    later(backOffMs(tries, Math.random(), BACK_OFF), () => deliver(notice, tries + 1));
  }

  /** Says it again although it was taken: the very same message once, and the same thing signed anew. */
  function echo(notice: Notice, message: ReturnType<typeof compose>): void {
    for (const [i, delayMs] of ECHO_DELAYS_MS.entries()) {
      later(delayMs, async () => {
        const payment = book.find(notice.paymentId);
        if (payment) await send(i === 0 ? message : compose(notice, payment), notice);
      });
    }
  }

  function tell(notice: Notice): void {
    if (mischief === "silent") return;
    const base = notice.kind === "failed" ? DECLINED_DELAY_MS : 0;
    later(mischief === "none" ? 0 : base + Math.random() * DELAY_MS_MAX, () => deliver(notice, 0));
  }

  for (const notice of book.untold()) tell(notice);
  return {
    tell,
    async close() {
      isClosed = true;
      for (const timer of timers) clearTimeout(timer);
      await Promise.all(running);
    },
  };
}
