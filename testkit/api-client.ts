import { setTimeout as delay } from "node:timers/promises";
import type { BizErrorShape } from "@/domain/contracts/errors";
import { keyOf, type SigningHeaders, signPosted } from "./signing";

export interface ApiAnswer<T = unknown> {
  status: number;
  data: T;
  error: BizErrorShape | undefined;
  headers: Headers;
}

/** A browser's worth of cookies and the wire format of our procedures. */
export class ApiClient {
  readonly cookies = new Map<string, string>();
  /** False for a client that sends its cookies but never takes new ones. */
  keepsCookies = true;

  constructor(
    readonly url: string,
    readonly headers: Record<string, string> = {},
  ) {}

  cookieHeader(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  }

  async fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers({ ...this.headers, ...(init.headers as Record<string, string>) });
    if (this.cookies.size > 0) headers.set("cookie", this.cookieHeader());
    const response = await fetch(this.url + path, { ...init, headers, redirect: "manual" });
    if (this.keepsCookies) for (const line of response.headers.getSetCookie()) this.keep(line);
    return response;
  }

  private keep(line: string): void {
    const [pair = "", ...attributes] = line.split("; ");
    const at = pair.indexOf("=");
    const name = pair.slice(0, at);
    const isGone = attributes.some((attribute) => attribute.toLowerCase() === "max-age=0");
    if (isGone) this.cookies.delete(name);
    else this.cookies.set(name, pair.slice(at + 1));
  }

  postJson(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
    return this.fetch(path, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
  }

  /** The key of the session that the cookies are of; undefined without a session. */
  async findSigningKey(): Promise<string | undefined> {
    const token = [...this.cookies].find(([name]) => name.endsWith("session_token"))?.[1];
    if (token === undefined) return undefined;
    return await keyOf(`${this.url} ${token}`, async () => {
      const { data } = await this.query<{ signingKey?: string } | null>("session.me");
      return data?.signingKey;
    });
  }

  async sign(path: string, body: string): Promise<SigningHeaders> {
    const key = await this.findSigningKey();
    return key === undefined ? {} : signPosted(key, { path, body });
  }

  async query<T = unknown>(procedure: string, input?: unknown): Promise<ApiAnswer<T>> {
    const search = input === undefined ? "" : `?input=${encodeURIComponent(JSON.stringify(input))}`;
    return readAnswer<T>(await this.fetch(`/api/trpc/${procedure}${search}`));
  }

  async mutate<T = unknown>(procedure: string, input: unknown): Promise<ApiAnswer<T>> {
    const path = `/api/trpc/${procedure}`;
    return readAnswer<T>(
      await this.postJson(path, input, await this.sign(path, JSON.stringify(input) ?? "")),
    );
  }

  /** The same; whom a busy product sends away comes again when it says. For what is done once however often it is sent. */
  async mutateUntilTaken<T = unknown>(procedure: string, input: unknown): Promise<ApiAnswer<T>> {
    for (;;) {
      const answer = await this.mutate<T>(procedure, input);
      if (answer.error?.name !== "UNAVAILABLE") return answer;
      const { retryAfterMs } = answer.error.details;
      await delay(typeof retryAfterMs === "number" ? retryAfterMs : 100);
    }
  }

  askForCode(phoneNumber: string): Promise<Response> {
    return this.postJson("/api/auth/phone-number/send-otp", { phoneNumber });
  }

  /** Signs in with the code that the development inbox holds. */
  async signInByPhone(phoneNumber: string): Promise<void> {
    const sent = await this.askForCode(phoneNumber);
    if (!sent.ok) throw new Error(`send-otp answered ${sent.status}: ${await sent.text()}`);
    const inbox = await this.fetch(`/api/dev/inbox?phone=${encodeURIComponent(phoneNumber)}`);
    const { code } = (await inbox.json()) as { code: string };
    const verified = await this.postJson("/api/auth/phone-number/verify", { phoneNumber, code });
    if (!verified.ok) throw new Error(`verify answered ${verified.status}: ${await verified.text()}`);
  }

  async signInAsGuest(): Promise<void> {
    const response = await this.postJson("/api/auth/sign-in/anonymous", {});
    if (!response.ok) throw new Error(`sign-in/anonymous answered ${response.status}`);
  }
}

async function readAnswer<T>(response: Response): Promise<ApiAnswer<T>> {
  const body = (await response.json()) as {
    result?: { data?: T };
    error?: { data?: { biz?: BizErrorShape } } & Partial<BizErrorShape>;
  };
  return {
    status: response.status,
    data: body.result?.data as T,
    error: body.error?.data?.biz ?? (body.error as BizErrorShape | undefined),
    headers: response.headers,
  };
}
