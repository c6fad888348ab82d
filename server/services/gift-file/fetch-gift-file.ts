import type { IncomingMessage } from "node:http";
import { Agent, request } from "node:https";
import { isIP } from "node:net";
import { nameContent } from "./name-content";
import { GIFT_FILE_BYTES_MAX } from "./read-svga";
import { GiftFileRefused, GiftFileUnseen, refuse } from "./refuse-gift-file";

const FETCH_MS_MAX = 8_000;
const REDIRECTS_MAX = 3;

/** What the outside looks like to a fetch. */
export interface Outside extends Internet {
  /** Whether pages may load from this address. */
  isAllowed(url: string): boolean;
}

export interface Internet {
  /** All addresses of a host. Throws when there is no such host. */
  resolve(host: string): Promise<string[]>;
  /** Whether an address may be connected to at all. */
  isPublic(address: string): boolean;
  /** Certificates to trust besides the usual ones. */
  ca?: string;
}

/**
 * Fetches a file from a public host over https as a page at `origin` would, and never from anywhere else: every host on the
 * way, also after a redirect, is looked up once, all its addresses have to be public, and the connection goes to these.
 * Throws `GiftFileRefused`, which is `GiftFileUnseen` when no host answered.
 */
export async function fetchGiftFile(
  address: string,
  origin: string,
  outside: Outside,
  msMax = FETCH_MS_MAX,
): Promise<Buffer> {
  const deadline = AbortSignal.timeout(msMax);
  let url = new URL(address);
  for (let redirects = 0; ; redirects++) {
    if (redirects > REDIRECTS_MAX) refuse("tooManyRedirects");
    if (!outside.isAllowed(url.href)) refuse("redirectRefused", url.host);
    const addresses = await within(deadline, resolvePublic(url.hostname, outside));
    const response = await open(url, { addresses, origin, ca: outside.ca, deadline });
    const status = response.statusCode ?? 0;
    const location = response.headers.location;
    if (status >= 300 && status < 400 && status !== 304 && location !== undefined) {
      response.destroy();
      if (!URL.canParse(location, url)) refuse("redirectRefused");
      url = new URL(location, url);
      continue;
    }
    try {
      return await readBody(response, status, url.origin === origin ? null : origin, deadline);
    } finally {
      response.destroy();
    }
  }
}

async function resolvePublic(hostname: string, { resolve, isPublic }: Outside): Promise<string[]> {
  const host = hostname.replaceAll(/^\[|\]$/g, "");
  const addresses = isIP(host) ? [host] : await resolve(host).catch(() => []);
  if (addresses.length === 0) throw new GiftFileUnseen("unreachable", "DNS");
  // One private address among them is a trap: which one is taken is not ours to say.
  if (!addresses.every(isPublic)) refuse("privateAddress", host);
  return addresses;
}

interface OpenOptions {
  addresses: readonly string[];
  origin: string;
  ca: string | undefined;
  deadline: AbortSignal;
}

function open(url: URL, { addresses, origin, ca, deadline }: OpenOptions): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const found = addresses.map((address) => ({ address, family: isIP(address) }));
    const asked = request(url, {
      // A connection of its own: one that is kept was opened to whatever its host was then.
      agent: new Agent({ keepAlive: false }),
      signal: deadline,
      headers: { origin, accept: "*/*", "accept-encoding": "identity", "user-agent": "Downpour gift check" },
      ca,
      lookup: (_host, options, callback) =>
        options.all ? callback(null, found) : callback(null, found[0]?.address ?? "", found[0]?.family ?? 4),
    });
    asked.once("response", resolve);
    asked.once("error", (error) => reject(toRefusal(error, deadline, GiftFileUnseen)));
    asked.end();
  });
}

async function readBody(
  response: IncomingMessage,
  status: number,
  foreignOrigin: string | null,
  deadline: AbortSignal,
): Promise<Buffer> {
  if (status !== 200) refuse("unreachable", String(status));
  if (foreignOrigin !== null) {
    const shared = response.headers["access-control-allow-origin"];
    if (shared !== "*" && shared !== foreignOrigin) refuse("notShared");
  }
  const type = response.headers["content-type"]?.split(";")[0]?.trim().toLowerCase() ?? "";
  if (type === "text/html") refuse("wrongType", "html");
  if (Number(response.headers["content-length"] ?? 0) > GIFT_FILE_BYTES_MAX) refuse("tooLarge");
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > GIFT_FILE_BYTES_MAX) refuse("tooLarge");
      chunks.push(chunk);
    }
  } catch (error) {
    throw error instanceof GiftFileRefused ? error : toRefusal(error, deadline, GiftFileRefused);
  }
  const file = Buffer.concat(chunks);
  // Sent packed although nobody asked for it: browsers unpack it, and see another file than we do.
  if (response.headers["content-encoding"] && nameContent(file) === "gzip") refuse("wrongType", "gzip");
  return file;
}

function toRefusal(error: unknown, deadline: AbortSignal, Refusal: typeof GiftFileRefused): GiftFileRefused {
  if (deadline.aborted) return new Refusal("tooSlow");
  return new Refusal("unreachable", (error as NodeJS.ErrnoException).code);
}

/** A look-up of a host cannot be stopped, but nobody has to wait for it. */
function within<T>(deadline: AbortSignal, work: Promise<T>): Promise<T> {
  return Promise.race([
    work,
    new Promise<never>((_, reject) => {
      const late = () => reject(new GiftFileUnseen("tooSlow"));
      if (deadline.aborted) late();
      else deadline.addEventListener("abort", late, { once: true });
    }),
  ]);
}
