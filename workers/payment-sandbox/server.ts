import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { BizError } from "@/domain/contracts/errors";
import { readBody, sendError, sendJson } from "@/platform/http/json";
import { lingerWhenClosing } from "@/platform/http/linger";
import { audienceOf, createHealth } from "@/platform/observability/health";
import type { Log } from "@/platform/observability/log";
import { newTraceId } from "@/platform/observability/trace";
import { NonceMemory, verifyMessage } from "@/platform/security/signed-message";
import { createNotifier, type Mischief } from "./notifier";
import { chooseLanguage } from "./page-texts";
import { LIFE_KINDS, pageHeaders, renderNotFound, renderPayment } from "./pages";
import { NewPayment, openPaymentBook, type Payment, type SandboxKind } from "./payments";
import { PAYOUTS_PATH, type PayoutsOptions, startPayouts } from "./payouts";
import { readMessage } from "./read-message";

const BODY_BYTES_MAX = 16 * 1024;
/** Nobody keeps a place here by saying nothing. */
const TIMEOUTS = { headersTimeout: 10_000, requestTimeout: 10_000, connectionsCheckingInterval: 1_000 };
const ACTIONS: ReadonlyMap<string, SandboxKind> = new Map([
  ["pay", "paid"],
  ["decline", "failed"],
  ["charge-back", "charged_back"],
  ...LIFE_KINDS.map((kind) => [kind.replaceAll("_", "-"), kind] as const),
]);
/** No slash is in an id: the rest of the path is the action. */
const PAY_PATH = /^\/pay\/([\da-f-]{36})(?:\/([a-z-]+))?$/;
const PAYMENT_PATH = /^\/v1\/payments\/([\da-f-]{36})(?:\/([a-z-]+))?$/;

export interface SandboxOptions {
  host: string;
  port: number;
  /** Where people reach the pages; by default this server's own address. */
  publicUrl?: string;
  callbackUrl: string;
  secret: string;
  mischief: Mischief;
  file?: string;
  /** How payouts are signed, where they are told and where they are kept. */
  payouts: Pick<PayoutsOptions, "callbackUrl" | "secret" | "file">;
  /** Nobody but the health port tells figures there. */
  isProduction?: boolean;
  log: Log;
}

export interface Sandbox {
  url: string;
  close(): Promise<void>;
}

/**
 * A payment provider to develop and test against: an API for merchants (`/v1/payments`, requests signed like the
 * callbacks), a page for people (`/pay/<id>`), and callbacks that are as unpunctual as those of real providers.
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { secret, callbackUrl, mischief, log } = options;
  const book = openPaymentBook(options.file);
  const nonces = new NonceMemory();
  const notifier = createNotifier({ callbackUrl, secret, mischief, book, log });
  const payouts = startPayouts({ ...options.payouts, mischief, log });
  const health = createHealth({});
  let publicUrl = options.publicUrl ?? "";

  function move(paymentId: string, kind: SandboxKind): boolean {
    const notice = book.move(paymentId, kind, new Date());
    if (notice) notifier.tell(notice);
    return notice !== null;
  }

  const toAnswer = ({ paymentId, providerRef, state, amountFen, reason, events }: Payment) => ({
    paymentId,
    providerRef,
    state,
    amountFen,
    reason,
    events,
    payUrl: new URL(`/pay/${paymentId}`, publicUrl).href,
  });

  async function handleApi(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request, BODY_BYTES_MAX);
    nonces.use(verifyMessage(secret, readMessage(request, body), Date.now()));
    if (path === "/v1/payments" && request.method === "POST") {
      const payment = book.create(readNewPayment(body));
      if (!payment) throw new BizError("RECHARGE_CONFLICT", { field: "amountFen" });
      sendJson(response, 200, toAnswer(payment));
      return;
    }
    const [, paymentId = "", action] = PAYMENT_PATH.exec(path) ?? [];
    const kind = action === undefined ? undefined : ACTIONS.get(action);
    if (kind && request.method === "POST" && !move(paymentId, kind) && book.find(paymentId))
      throw new BizError("PAYMENT_MISMATCH");
    const payment = book.find(paymentId);
    const isKnown = kind ? request.method === "POST" : action === undefined && request.method === "GET";
    if (!payment || !isKnown) throw new BizError("NOT_FOUND");
    sendJson(response, 200, toAnswer(payment));
  }

  function handlePage(url: URL, request: IncomingMessage, response: ServerResponse): void {
    const language = chooseLanguage(url.searchParams.get("lang"), request.headers["accept-language"]);
    const [, paymentId = "", action] = PAY_PATH.exec(url.pathname) ?? [];
    const payment = book.find(paymentId);
    if (!payment || (action !== undefined && !ACTIONS.has(action))) {
      response.writeHead(404, pageHeaders()).end(renderNotFound(language));
    } else if (action === undefined) {
      response.writeHead(200, pageHeaders(payment)).end(renderPayment(payment, language, new Date()));
    } else if (request.method === "POST") {
      const kind = ACTIONS.get(action) as SandboxKind;
      const isDone = move(paymentId, kind);
      // Paying leads back to the shop, as with every provider; anything else shows what became of the payment.
      const location = isDone && kind === "paid" ? payment.returnUrl : `/pay/${paymentId}?lang=${language}`;
      response.writeHead(303, { location }).end();
    } else {
      response.writeHead(405, { allow: "POST" }).end();
    }
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://sandbox.invalid");
    if (url.pathname.startsWith(PAYOUTS_PATH)) await payouts.handle(url.pathname, request, response);
    else if (url.pathname.startsWith("/v1/")) await handleApi(url.pathname, request, response);
    else if (url.pathname.startsWith("/pay/")) handlePage(url, request, response);
    else if (!health.answer(request, response, audienceOf(request, options.isProduction ?? false))) {
      throw new BizError("NOT_FOUND");
    }
  }

  const server = createServer(TIMEOUTS, (request, response) => {
    handle(request, response).catch((error: unknown) => {
      if (!(error instanceof BizError)) log.error({ err: error }, "a request failed");
      if (!request.complete && !response.headersSent) response.setHeader("connection", "close");
      else if (!request.complete) request.destroy();
      sendError(response, error, newTraceId());
    });
  });
  lingerWhenClosing(server);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, options.host, resolve);
  });
  const url = `http://localhost:${(server.address() as AddressInfo).port}`;
  publicUrl ||= url;
  return {
    url,
    async close() {
      await Promise.all([notifier.close(), payouts.close()]);
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

function readNewPayment(body: Buffer): NewPayment {
  try {
    return NewPayment.parse(JSON.parse(body.toString("utf8")));
  } catch (cause) {
    throw new BizError("INVALID_INPUT", { field: "body" }, { cause });
  }
}
