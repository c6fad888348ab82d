import type { Env } from "../env";

/**
 * Headers of pages. Scripts may be inline because Next writes its data into inline scripts of pages that are built
 * ahead of time, where no nonce can be put; they can still only come from ourselves. Streams and gift effects may come
 * from any https host, since an operator enters their addresses.
 */
export function pageHeaders(
  env: Pick<Env, "NODE_ENV" | "PUBLIC_URL">,
  push: { wsHost: string; wsPort: number; forceTLS: boolean },
): Record<string, string> {
  const pushHost = `${push.wsHost}:${push.wsPort}`;
  const pushSources = push.forceTLS
    ? `wss://${pushHost} https://${pushHost}`
    : `ws://${pushHost} wss://${pushHost} http://${pushHost}`;
  const isDevelopment = env.NODE_ENV === "development";
  const isHttps = env.PUBLIC_URL.startsWith("https://");
  const policy = [
    "default-src 'self'",
    `script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'${isDevelopment ? " 'unsafe-eval'" : ""}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob: https:",
    "media-src 'self' data: blob: https:",
    "font-src 'self' data:",
    `connect-src 'self' blob: data: https: ${pushSources}${isDevelopment ? " ws:" : ""}`,
    "worker-src 'self' blob:",
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

/** Where the worker that reads SVGA files comes from. */
export const SVGA_PARSER_PATH = "/svga-parser";

/**
 * Headers of that worker: it makes code as it runs, and may do nothing else than fetch. A worker that comes from an address
 * of its own has the policy that comes with it, not that of the page.
 */
export const SVGA_PARSER_HEADERS: Record<string, string> = {
  "content-security-policy": "default-src 'none'; script-src 'unsafe-eval'; connect-src 'self' https:",
  "cross-origin-resource-policy": "same-origin",
  "x-content-type-options": "nosniff",
};

/** Headers of every answer. */
export const COMMON_HEADERS = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "strict-origin-when-cross-origin",
} as const;
