import { type MediaHosts, mediaSources } from "@/domain/rules/media-hosts";
import type { Env } from "../settings/env";

export interface PagePolicy {
  /** Of this answer alone: what is inline and does not carry it is not run. */
  nonce: string;
  /** Where streams, pictures and gift effects may come from. */
  mediaHosts: MediaHosts;
  /** From where a payment page may be shown in a frame; null where no provider allows it, and then nothing is framed. */
  frameOrigin: string | null;
}

/** Headers of pages. Styles may be inline, for elements carry their own; scripts only with the answer's nonce. */
export function pageHeaders(
  env: Pick<Env, "NODE_ENV" | "PUBLIC_URL">,
  push: { wsHost: string; wsPort: number; forceTLS: boolean },
  { nonce, mediaHosts, frameOrigin }: PagePolicy,
): Record<string, string> {
  const media = mediaSources(mediaHosts).join(" ");
  const pushHost = `${push.wsHost}:${push.wsPort}`;
  const pushSources = push.forceTLS
    ? `wss://${pushHost} https://${pushHost}`
    : `ws://${pushHost} wss://${pushHost} http://${pushHost}`;
  const isDevelopment = env.NODE_ENV === "development";
  const isHttps = env.PUBLIC_URL.startsWith("https://");
  const policy = [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'wasm-unsafe-eval'${isDevelopment ? " 'unsafe-eval'" : ""}`,
    "style-src 'self' 'unsafe-inline'",
    `img-src 'self' data: blob: ${media}`.trim(),
    `media-src 'self' data: blob: ${media}`.trim(),
    "font-src 'self' data:",
    `connect-src 'self' blob: data: ${media} ${pushSources}${isDevelopment ? " ws:" : ""}`,
    "worker-src 'self' blob:",
    // Ourselves, because a payment that is over comes back to us in its frame.
    `frame-src ${frameOrigin ? `'self' ${frameOrigin}` : "'none'"}`,
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    ...(isHttps ? ["upgrade-insecure-requests"] : []),
  ].join("; ");
  return {
    "content-security-policy": policy,
    "x-frame-options": "DENY",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
    "cross-origin-opener-policy": "same-origin",
    ...COMMON_HEADERS,
    ...(isHttps ? { "strict-transport-security": "max-age=31536000; includeSubDomains" } : {}),
  };
}

/** Under this name a page finds the nonce of its answer among the headers of its request. */
export const NONCE_HEADER = "x-nonce";

/** Where the worker that reads SVGA files comes from. */
export const SVGA_PARSER_PATH = "/svga-parser";

/**
 * Headers of that worker: it makes code as it runs, and may do nothing else than fetch. A worker that comes from an address
 * of its own has the policy that comes with it, not that of the page.
 */
export function svgaParserHeaders(mediaHosts: MediaHosts): Record<string, string> {
  const sources = ["'self'", ...mediaSources(mediaHosts)].join(" ");
  return {
    "content-security-policy": `default-src 'none'; script-src 'unsafe-eval'; connect-src ${sources}`,
    "cross-origin-resource-policy": "same-origin",
    "x-content-type-options": "nosniff",
  };
}

/** Headers of every answer. */
export const COMMON_HEADERS = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "strict-origin-when-cross-origin",
} as const;
