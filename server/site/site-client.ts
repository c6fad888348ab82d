import { Agent, request as askHttp, type IncomingMessage, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { proxyUpgrade } from "httpxy";
import { BizError } from "@/domain/contracts/errors";
import { formatTraceparent } from "@/platform/observability/trace";
import type { ClientAddress } from "@/platform/security/client-address";
import { CLIENT_IP_HEADER } from "../auth/client-ip-header";
import { PAGE_CALL_HEADER } from "./page-questions";

/** A page that is not there to its end by then will not come; nothing holds a place in the site for longer. */
const ANSWER_MS_MAX = 30_000;
/** What belongs to one connection and is not passed on, either way. */
const OF_THE_CONNECTION = [
  "connection",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
  "te",
  "trailer",
  "upgrade",
  "expect",
];

export interface Forwarding {
  address: ClientAddress;
  traceId: string;
  /** Names the call for what the page asks (see `PageCalls`). */
  pageCall?: string;
  /** A body has been read to its end before: whoever sends it slowly holds nobody up. */
  body?: Buffer;
}

/** The web process' way to the pages and to better-auth. */
export interface SiteClient {
  /**
   * Passes a request on. Resolves when the site is done with it, which may be long before the caller has read the answer,
   * and also when the caller has gone. Rejects with UNAVAILABLE when nobody answers.
   */
  forward(request: IncomingMessage, response: ServerResponse, forwarding: Forwarding): Promise<void>;
  /** Passes on an upgrade, which only development has. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void>;
  close(): void;
}

/** `socketPath` is where the site listens (see `createSiteServer`). */
export function createSiteClient(socketPath: string, answerMsMax = ANSWER_MS_MAX): SiteClient {
  const agent = new Agent({ keepAlive: true });

  return {
    forward(request, response, { address, traceId, pageCall, body }) {
      const headers = withoutConnection(request.headers);
      headers[CLIENT_IP_HEADER] = address.text;
      headers.traceparent = formatTraceparent(traceId);
      if (pageCall) headers[PAGE_CALL_HEADER] = pageCall;
      else delete headers[PAGE_CALL_HEADER];
      const { method, url: path } = request;
      return new Promise((resolve, reject) => {
        let hasBegun = false;
        const asked = askHttp(
          { socketPath, agent, method, path, headers, signal: AbortSignal.timeout(answerMsMax) },
          (answer) => {
            hasBegun = true;
            const isWanted = !response.destroyed && !response.headersSent;
            if (isWanted) response.writeHead(answer.statusCode ?? 502, withoutConnection(answer.headers));
            // Taken at once, however slowly it is read: a slow reader must not hold a place in the site.
            answer.on("data", (chunk: Buffer) => isWanted && response.write(chunk));
            answer.on("end", () => {
              if (isWanted) response.end();
            });
            // What went wrong is seen at the close.
            answer.on("error", () => {});
            answer.on("close", () => {
              // Cut off and seen to be: half a page would look whole.
              if (!answer.complete && isWanted) response.destroy();
              resolve();
            });
          },
        );
        // Of an answer that has begun the close is the end.
        asked.on("error", (cause) => hasBegun || reject(new BizError("UNAVAILABLE", {}, { cause })));
        asked.end(body);
      });
    },
    async upgrade(request, socket, head) {
      await proxyUpgrade({ socketPath }, request, socket, head);
    },
    close() {
      agent.destroy();
    },
  };
}

function withoutConnection(given: IncomingMessage["headers"]): IncomingMessage["headers"] {
  const headers = { ...given };
  for (const name of OF_THE_CONNECTION) delete headers[name];
  return headers;
}
