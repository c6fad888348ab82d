import { Agent, type IncomingMessage, request } from "node:http";
import { sharedNowMs } from "@/platform/runtime/shared-clock";
import { signCall } from "@/platform/security/signed-call";
import type { SessionCookies } from "@/server/auth/session-cookies";
import { SigningKey } from "@/server/auth/signing-key";
import type { Person } from "./audience";

export interface Answer {
  /** `ok`, the name of a refusal, or of what broke the connection. */
  name: string;
  /** What the procedure answered. */
  data: unknown;
}

/** Addresses of one crowd: people come from many, as they do in the world, so that limits by address are not what is measured. */
const REGISTERED_ADDRESSES = 16;
const GUEST_ADDRESSES = 224;
const SOCKETS_PER_ADDRESS = 32;
const ANSWER_MS_MAX = 60_000;

/**
 * Calls procedures as browsers do: over connections that stay open, with cookies that are kept. Everything that can be is
 * built before the call.
 */
export class WebClient {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: SOCKETS_PER_ADDRESS, maxFreeSockets: 64 });
  readonly #host: string;
  readonly #port: number;
  readonly #isLoopback: boolean;
  readonly #keys = new WeakMap<Person, string>();
  readonly #factsName: string;

  constructor(
    private readonly url: URL,
    private readonly cookies: SessionCookies,
    private readonly authSecret: string,
  ) {
    // What is on this machine listens on IPv4.
    this.#isLoopback = ["localhost", "127.0.0.1"].includes(url.hostname);
    this.#host = this.#isLoopback ? "127.0.0.1" : url.hostname;
    this.#port = Number(url.port || 80);
    this.#factsName = cookies.dataName;
  }

  mutate(person: Person, procedure: string, input: unknown): Promise<Answer> {
    return this.#call(person, "POST", `/api/trpc/${procedure}`, JSON.stringify(input));
  }

  query(person: Person, procedure: string, input?: unknown): Promise<Answer> {
    const search = input === undefined ? "" : `?input=${encodeURIComponent(JSON.stringify(input))}`;
    return this.#call(person, "GET", `/api/trpc/${procedure}${search}`);
  }

  close(): void {
    this.#agent.destroy();
  }

  #call(person: Person, method: string, path: string, body?: string): Promise<Answer> {
    return new Promise((resolve) => {
      const send = (isSecond: boolean) => {
        const outgoing = request(
          {
            agent: this.#agent,
            host: this.#host,
            port: this.#port,
            method,
            path,
            timeout: ANSWER_MS_MAX,
            ...(this.#isLoopback ? { localAddress: addressOf(person) } : {}),
            headers: this.#headersOf(person, path, body),
          },
          (incoming) => {
            this.#keepFacts(person, incoming);
            readBody(incoming).then(
              (text) => resolve(readAnswer(incoming.statusCode ?? 0, text)),
              (error: NodeJS.ErrnoException) => resolve({ name: error.code ?? "BROKEN", data: undefined }),
            );
          },
        );
        outgoing.once("timeout", () => outgoing.destroy(Object.assign(new Error(), { code: "NO_ANSWER" })));
        outgoing.once("error", (error: NodeJS.ErrnoException) => {
          // The server closed an idle connection as the call was on its way: browsers send it again, too.
          if (outgoing.reusedSocket && error.code === "ECONNRESET" && !isSecond) send(true);
          else resolve({ name: error.code ?? "BROKEN", data: undefined });
        });
        outgoing.end(body);
      };
      send(false);
    });
  }

  #headersOf(person: Person, path: string, body: string | undefined): Record<string, string | number> {
    const facts = person.factsCookie === undefined ? "" : `; ${person.factsCookie}`;
    const headers: Record<string, string | number> = {
      host: this.url.host,
      cookie: `${tokenCookieOf(this.cookies, person)}${facts}`,
    };
    if (body === undefined) return headers;
    headers.origin = this.url.origin;
    headers["content-type"] = "application/json";
    headers["content-length"] = Buffer.byteLength(body);
    // Sent again, a call is signed again.
    Object.assign(headers, signCall(this.#keyOf(person), { method: "POST", path, body }, sharedNowMs()));
    return headers;
  }

  /** It follows from their token, as in the web process. */
  #keyOf(person: Person): string {
    const key = this.#keys.get(person) ?? new SigningKey(this.authSecret, person.token).text;
    this.#keys.set(person, key);
    return key;
  }

  #keepFacts(person: Person, { headers }: IncomingMessage): void {
    for (const line of headers["set-cookie"] ?? [])
      if (line.startsWith(this.#factsName)) person.factsCookie = line.slice(0, line.indexOf(";"));
  }
}

/** `name=value` of the cookie that says whose session it is, signed as the product signs it. */
export function tokenCookieOf(cookies: SessionCookies, { token }: { token: string }): string {
  const setCookie = cookies.writeToken(token);
  return setCookie.slice(0, setCookie.indexOf(";"));
}

/** Of this machine's own network, on which all of 127.0.0.0/8 is this machine. */
export function addressOf({ ordinal, kind }: Pick<Person, "ordinal" | "kind">): string {
  const isGuest = kind === "guest";
  return `127.0.0.${isGuest ? 1 + REGISTERED_ADDRESSES + (ordinal % GUEST_ADDRESSES) : 1 + (ordinal % REGISTERED_ADDRESSES)}`;
}

async function readBody(incoming: IncomingMessage): Promise<string> {
  incoming.setEncoding("utf8");
  let text = "";
  for await (const part of incoming) text += part as string;
  return text;
}

function readAnswer(status: number, text: string): Answer {
  try {
    const body = JSON.parse(text) as {
      result?: { data?: unknown };
      error?: { name?: string; data?: { biz?: { name?: string } } };
    };
    if (body.result) return { name: "ok", data: body.result.data };
    return { name: body.error?.data?.biz?.name ?? body.error?.name ?? `HTTP ${status}`, data: undefined };
  } catch {
    return { name: `HTTP ${status}`, data: undefined };
  }
}
