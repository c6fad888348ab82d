import { randomUUID } from "node:crypto";
import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { signMessage, verifyMessage } from "@/platform/security/signed-message";
import { SANDBOX_SECRET, startTestSandbox } from "@/server/testing/recharge-harness";
import { chooseLanguage } from "./page-texts";
import { readMessage } from "./read-message";
import type { Sandbox } from "./server";

interface Heard {
  nonce: string;
  kind: string;
  paymentId: string;
  ref?: string;
  amountFen?: number;
}

/** A merchant that hears callbacks and answers them as it is told. */
class Merchant {
  readonly heard: Heard[] = [];
  answer: () => number = () => 200;
  readonly server: Server;
  #waiting: (() => void)[] = [];

  constructor() {
    this.server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const body = Buffer.concat(chunks);
        const nonce = verifyMessage(SANDBOX_SECRET, readMessage(request, body), Date.now());
        const { kind, paymentId, ref, amountFen } = JSON.parse(body.toString()) as Heard;
        this.heard.push({ nonce, kind, paymentId, ref, amountFen });
        response.writeHead(this.answer()).end();
        for (const wake of this.#waiting.splice(0)) wake();
      });
    });
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/`;
  }

  async until(isEnough: () => boolean): Promise<void> {
    while (!isEnough()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}

let merchant: Merchant;
let sandbox: Sandbox | undefined;
let folder: string;

beforeEach(async () => {
  merchant = new Merchant();
  await new Promise<void>((resolve) => merchant.server.listen(0, "127.0.0.1", resolve));
  folder = mkdtempSync(join(tmpdir(), "downpour-sandbox-"));
});
afterEach(async () => {
  await sandbox?.close();
  merchant.server.closeAllConnections();
  merchant.server.close();
  rmSync(folder, { recursive: true, force: true });
});

const open = async (mischief: "usual" | "none" | "silent", file?: string) => {
  sandbox = await startTestSandbox({ callbackUrl: merchant.url, mischief, file });
  return sandbox.url;
};

async function call(url: string, method: string, path: string, json?: object, secret = SANDBOX_SECRET) {
  const body = json ? JSON.stringify(json) : "";
  return send(url, { method, path }, sign({ method, path, body }, secret), body);
}
const sign = (message: { method: string; path: string; body: string }, secret = SANDBOX_SECRET) =>
  signMessage(secret, { ...message, timestampMs: Date.now(), nonce: randomUUID() });
async function send(
  url: string,
  { method, path }: { method: string; path: string },
  headers: Record<string, string>,
  body = "",
) {
  const response = await fetch(url + path, { method, headers, ...(body ? { body } : {}) });
  return { status: response.status, json: (await response.json()) as Record<string, unknown> };
}

const newPayment = (facts: object = {}) => ({
  paymentId: randomUUID(),
  amountFen: 600,
  coins: 60,
  returnUrl: "http://localhost:3000/wallet?order=1",
  payUntil: new Date(Date.now() + 60_000).toISOString(),
  ...facts,
});
const press = (url: string, paymentId: string, action: string) =>
  fetch(`${url}/pay/${paymentId}/${action}`, { method: "POST", redirect: "manual" });

describe("the API of merchants", () => {
  it("makes one payment for one id, and not another under the same", async () => {
    const url = await open("silent");
    const payment = newPayment();
    const first = await call(url, "POST", "/v1/payments", payment);
    expect(first.json).toMatchObject({ paymentId: payment.paymentId, state: "open", amountFen: 600 });
    expect((await call(url, "POST", "/v1/payments", payment)).json).toEqual(first.json);
    const other = await call(url, "POST", "/v1/payments", { ...payment, amountFen: 1 });
    expect(other.status).toBe(409);
    expect((await call(url, "GET", `/v1/payments/${payment.paymentId}`)).json).toEqual(first.json);
    expect((await call(url, "GET", `/v1/payments/${randomUUID()}`)).status).toBe(404);
  });

  it("listens only to who knows the secret, and to sense", async () => {
    const url = await open("silent");
    expect((await call(url, "POST", "/v1/payments", newPayment(), "another-secret-altogether")).status).toBe(
      403,
    );
    expect((await call(url, "POST", "/v1/payments", newPayment({ amountFen: 0 }))).status).toBe(400);
    expect(
      (await call(url, "POST", "/v1/payments", newPayment({ returnUrl: "javascript:alert(1)" }))).status,
    ).toBe(400);
  });

  it("takes a signature for nothing but the call that was signed, and that once", async () => {
    const url = await open("none");
    const { paymentId } = (await call(url, "POST", "/v1/payments", newPayment())).json;
    const look = { method: "GET", path: `/v1/payments/${String(paymentId)}` };
    const signature = sign({ ...look, body: "" });
    // Without its place, a signed look at a payment would pay it.
    const pay = { method: "POST", path: `${look.path}/pay` };
    const others = [pay, { ...look, method: "POST" }, { ...look, path: `/v1/payouts/${String(paymentId)}` }];
    for (const other of [...others, { ...look, path: `${look.path}?a=1` }]) {
      expect((await send(url, other, signature)).status).toBe(403);
    }
    expect((await send(url, look, signature)).json).toMatchObject({ state: "open" });
    expect((await send(url, look, signature)).status).toBe(409);
  });

  it("knows no action but its own", async () => {
    const url = await open("none");
    const { paymentId } = (await call(url, "POST", "/v1/payments", newPayment())).json;
    for (const action of ["constructor", "toString", "__proto__", "valueOf", "hasOwnProperty"]) {
      expect((await call(url, "POST", `/v1/payments/${String(paymentId)}/${action}`)).status).toBe(404);
      expect((await press(url, String(paymentId), action)).status).toBe(404);
    }
    expect((await call(url, "GET", `/v1/payments/${String(paymentId)}`)).json).toMatchObject({
      state: "open",
    });
  });

  it("forgets nothing over a restart, not even a callback that was not taken", async () => {
    const file = join(folder, "payments.jsonl");
    let url = await open("silent", file);
    const payment = newPayment();
    await call(url, "POST", "/v1/payments", payment);
    await press(url, payment.paymentId, "pay");
    await sandbox?.close();
    // A crash in the middle of a line.
    appendFileSync(file, '{"payment":{"paymentId":"');
    url = await open("none", file);
    await merchant.until(() => merchant.heard.length > 0);
    expect(merchant.heard[0]).toMatchObject({ kind: "paid", paymentId: payment.paymentId });
    expect((await call(url, "GET", `/v1/payments/${payment.paymentId}`)).json).toMatchObject({
      state: "paid",
    });
    await press(url, payment.paymentId, "charge-back");
    await merchant.until(() => merchant.heard.length > 1);
    await sandbox?.close();
    url = await open("none", file);
    expect((await call(url, "GET", `/v1/payments/${payment.paymentId}`)).json).toMatchObject({
      state: "charged_back",
    });
  });
});

describe("callbacks", () => {
  it("are sent again, signed anew, until they are taken", async () => {
    const url = await open("none");
    const payment = newPayment();
    await call(url, "POST", "/v1/payments", payment);
    merchant.answer = () => (merchant.heard.length < 2 ? 503 : 200);
    await press(url, payment.paymentId, "pay");
    await merchant.until(() => merchant.heard.length >= 2);
    expect(new Set(merchant.heard.map((h) => h.nonce)).size).toBe(2);
  });

  it("come several times, one of them a plain copy, and a decline after the payment that followed it", async () => {
    const url = await open("usual");
    const payment = newPayment();
    await call(url, "POST", "/v1/payments", payment);
    await press(url, payment.paymentId, "decline");
    await press(url, payment.paymentId, "pay");
    await merchant.until(() => merchant.heard.length >= 8);
    const [first] = merchant.heard;
    expect(first?.kind).toBe("paid");
    for (const kind of ["paid", "failed"]) {
      const nonces = merchant.heard.filter((h) => h.kind === kind).map((h) => h.nonce);
      expect([nonces.length, new Set(nonces).size]).toEqual([4, 3]);
    }
  });
});

describe("the page", () => {
  it("takes money once, in time, and back only after that", async () => {
    const url = await open("silent");
    const payment = newPayment();
    const over = newPayment({ payUntil: new Date(Date.now() - 1).toISOString() });
    await call(url, "POST", "/v1/payments", payment);
    await call(url, "POST", "/v1/payments", over);
    const stateOf = async (id: string) => (await call(url, "GET", `/v1/payments/${id}`)).json.state;
    await press(url, payment.paymentId, "charge-back");
    expect(await stateOf(payment.paymentId)).toBe("open");
    expect((await press(url, payment.paymentId, "pay")).headers.get("location")).toBe(payment.returnUrl);
    await press(url, payment.paymentId, "decline");
    expect(await stateOf(payment.paymentId)).toBe("paid");
    expect((await press(url, over.paymentId, "pay")).headers.get("location")).toBe(
      `/pay/${over.paymentId}?lang=en`,
    );
    expect(await stateOf(over.paymentId)).toBe("open");
  });

  it("lets everything happen that may happen to a payment, tells it once each, and offers nothing that may not", async () => {
    const file = join(folder, "life.jsonl");
    const url = await open("none", file);
    const payment = newPayment();
    await call(url, "POST", "/v1/payments", payment);
    const actions = [
      "refunded",
      "pay",
      "dispute-won",
      "fraud-warning",
      "fraud-warning",
      "partly-refunded",
      "refunded",
      "partly-refunded",
      "refund-failed",
      "inquiry",
      "disputed",
      "charge-back",
      "dispute-lost",
      "dispute-won",
    ];
    for (const action of actions) await press(url, payment.paymentId, action);
    const told = [
      ["paid", undefined],
      ["fraud_warning", 600],
      ["partly_refunded", 300],
      ["refunded", 300],
      ["refund_failed", 300],
      ["inquiry", 600],
      ["disputed", 600],
      ["dispute_lost", 600],
    ];
    await merchant.until(() => merchant.heard.length >= told.length);
    // Each is on its way by itself: they may come in any order.
    const heard = merchant.heard.map(({ kind, ref, amountFen }) => [kind, ref && amountFen].join(" "));
    expect(new Set(heard)).toEqual(new Set(told.map((facts) => facts.join(" "))));
    expect(heard).toHaveLength(told.length);
    const { json } = await call(url, "GET", `/v1/payments/${payment.paymentId}`);
    expect(json).toMatchObject({ state: "dispute_lost" });
    expect((json.events as { kind: string }[]).map(({ kind }) => kind)).toEqual(
      told.slice(1).map(([kind]) => kind),
    );
    await sandbox?.close();
    const again = await open("silent", file);
    expect((await call(again, "GET", `/v1/payments/${payment.paymentId}`)).json.events).toEqual(json.events);
    const page = await (await fetch(`${again}/pay/${payment.paymentId}`)).text();
    expect(page).toContain('data-state="dispute_lost"');
    expect(page).not.toContain("sandbox-dispute-won");
  });

  it("speaks two languages, runs no script and writes nothing unescaped", async () => {
    const url = await open("silent");
    const payment = newPayment({
      returnUrl: `http://localhost:3000/wallet?order="><script>alert(1)</script>`,
    });
    await call(url, "POST", "/v1/payments", payment);
    const english = await fetch(`${url}/pay/${payment.paymentId}`);
    const policy = english.headers.get("content-security-policy");
    expect(policy).toContain("default-src 'none'");
    // The shop that the payment leads back to, and nobody else, may show it in a frame.
    expect(policy).toContain("frame-ancestors http://localhost:3000");
    const html = await english.text();
    expect(html).toContain('lang="en"');
    expect(html).toContain("¥6.00");
    expect(html).not.toContain("<script");
    const chinese = await fetch(`${url}/pay/${payment.paymentId}`, {
      headers: { "accept-language": "zh-CN,en;q=0.5" },
    });
    expect(await chinese.text()).toContain('lang="zh-CN"');
    const missing = await fetch(`${url}/pay/${randomUUID()}?lang=zh`);
    expect(missing.status).toBe(404);
    expect(missing.headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
  });

  it("chooses the language that is asked for, and then the first that it knows", () => {
    expect(chooseLanguage("zh", "en")).toBe("zh");
    expect(chooseLanguage(null, "fr,zh-TW;q=0.8,en")).toBe("zh");
    expect(chooseLanguage("fr", undefined)).toBe("en");
  });
});
