import type { IncomingMessage, ServerResponse } from "node:http";
import { ERRORS } from "@/domain/contracts/errors";
import { type AppLocale, isAppLocale, LOCALE_COOKIE, LOCALES, negotiateLocale } from "@/i18n/locale";
import { COMMON_HEADERS } from "@/platform/http/security-headers";
import { findCookie } from "../../auth/find-cookie";
import { BUSY_TEXTS } from "./busy-texts";

export type RefusalStatus = 403 | 429 | 503;
const STATUSES: readonly RefusalStatus[] = [403, 429, 503];

/** Made once: a refusal has to cost less than what it refuses. */
const pages = new Map(
  STATUSES.flatMap((status) =>
    LOCALES.map((locale) => [`${status} ${locale}`, Buffer.from(renderBusy(status, locale))] as const),
  ),
);
const API_ERRORS = { 403: "IP_BLOCKED", 429: "RATE_LIMITED", 503: "UNAVAILABLE" } as const;
const PAGE_HEADERS = {
  ...COMMON_HEADERS,
  "content-security-policy":
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "content-type": "text/html; charset=utf-8",
  "cache-control": "no-store",
  connection: "close",
};

/** Says that it is too much right now, or that nobody from there is let in: to people as a page, to programs as our error. */
export function refuseBusy(
  request: IncomingMessage,
  response: ServerResponse,
  status: RefusalStatus,
  waitMs: number,
): void {
  if (response.headersSent || response.destroyed) return;
  const again = status === 403 ? {} : { "retry-after": String(Math.max(1, Math.ceil(waitMs / 1_000))) };
  const { headers, method, url } = request;
  if (url?.startsWith("/api/")) {
    const name = API_ERRORS[status];
    const { code, message } = ERRORS[name];
    const body = JSON.stringify({
      error: { code, name, message, details: status === 403 ? {} : { retryAfterMs: waitMs } },
    });
    response.writeHead(status, {
      ...COMMON_HEADERS,
      "content-type": "application/json",
      "content-length": Buffer.byteLength(body),
      "cache-control": "no-store",
      ...again,
      connection: "close",
    });
    response.end(body);
    return;
  }
  const page = pages.get(`${status} ${chooseLocale(headers.cookie, headers["accept-language"])}`);
  response.writeHead(status, {
    ...PAGE_HEADERS,
    "content-length": page?.length ?? 0,
    ...again,
  });
  response.end(method === "HEAD" ? undefined : page);
}

function chooseLocale(cookie: string | undefined, acceptLanguage: string | undefined): AppLocale {
  const chosen = cookie && findCookie(cookie, LOCALE_COOKIE);
  return isAppLocale(chosen) ? chosen : negotiateLocale(acceptLanguage?.slice(0, 200) ?? null);
}

function renderBusy(status: RefusalStatus, locale: AppLocale): string {
  const text = BUSY_TEXTS[locale];
  const title = status === 403 ? text.blockedTitle : text.title;
  const words = { 403: text.blocked, 429: text.tooMany, 503: text.full }[status];
  return `<!doctype html>
<html lang="${locale === "zh" ? "zh-CN" : "en"}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="dark light">
<title>${title} · Downpour</title>
<style>
body{margin:0;min-height:100vh;display:grid;place-items:center;background:#0a0c1b;color:#eceefb;font:16px/1.6 system-ui,sans-serif}
main{max-width:26rem;padding:2rem;text-align:center}
h1{font-size:1.4rem;margin:0 0 .5rem}
a{display:inline-block;margin-top:1rem;padding:.6rem 1.4rem;border-radius:10px;background:#d1402b;color:#fff;text-decoration:none;font-weight:650}
a:focus-visible{outline:2px solid #f3b13f;outline-offset:2px}
@media (prefers-color-scheme:light){body{background:#f7f0e3;color:#2b2015}}
</style>
<main data-testid="${status === 403 ? "blocked-page" : "busy-page"}">
<h1>${title}</h1>
<p>${words}</p>
${status === 403 ? "" : `<a href="">${text.again}</a>`}
</main>
</html>
`;
}
