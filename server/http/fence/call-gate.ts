import type { ServerResponse } from "node:http";
import { httpStatusOf } from "@/domain/contracts/error-status";
import { ERRORS } from "@/domain/contracts/errors";
import { TRPC_CODE_UNAVAILABLE, type TrpcGate } from "../../fast-path/gate";
import { Admission, CALL_KINDS, type CallKind, type Pass, type RefusalReason } from "./admission";
import { callsRefused, callsUnderWay, eventLoopBehind } from "./fence-metrics";

/** Calls that come before others when there is too much to do. Whatever is not here is `other`. */
export const CALLS_FIRST: Readonly<Record<string, CallKind>> = {
  "gift.send": "gift",
  "rain.claim": "gift",
  "gift.status": "money",
  "wallet.balance": "money",
  "wallet.recharge": "money",
  "wallet.order": "money",
  "finance.withdraw": "money",
  "session.me": "money",
};
/** Calls that put something into Redis which nothing takes out again by itself; the first to stop when it fills up. */
export const CALLS_THAT_FILL: ReadonlySet<string> = new Set([
  "gift.send",
  "rain.claim",
  "chat.send",
  "chat.decideHeld",
]);

/** Callers come back over this time, so that they do not all come at once. */
const RETRY_MS_MIN = 1_000;
const RETRY_MS_SPREAD = 2_000;
/** A body this small is read and thrown away, so that its connection goes on. */
const BODY_BYTES_DROPPED_MAX = 65_536;
const STATUS = httpStatusOf("UNAVAILABLE");

/** The answer up to the wait, from there to the trace, and the rest: made once, because a refusal has to cost little. */
const { code, message, trpc } = ERRORS.UNAVAILABLE;
const HEAD =
  `{"error":{"message":${JSON.stringify(message)},"code":${TRPC_CODE_UNAVAILABLE},"data":{"code":"${trpc}",` +
  `"httpStatus":${STATUS},"biz":{"code":${code},"name":"UNAVAILABLE","message":${JSON.stringify(message)},` +
  `"details":{"retryAfterMs":`;
const MIDDLE = `},"traceId":"`;
const TAIL = `"}}}}`;

/** The gate before the procedures: who is let in now, and what the others are told. */
export class CallGate implements TrpcGate<Pass> {
  readonly admission = new Admission();
  /** Until there is room in Redis again. */
  #isReserveReached = false;
  #spread = 0;
  readonly #report: NodeJS.Timeout;

  constructor() {
    this.admission.start();
    this.#report = setInterval(() => this.#tell(), 1_000);
    this.#report.unref();
  }

  stop(): void {
    this.admission.stop();
    clearInterval(this.#report);
  }

  /** What fills Redis is let in, or not. */
  setReserveReached(isReached: boolean): void {
    this.#isReserveReached = isReached;
  }

  admits(rawPath: string): boolean {
    const kind = kindOf(rawPath);
    const reason = this.#findObstacle(kind, rawPath);
    if (reason === undefined) return true;
    callsRefused.inc({ kind, reason });
    return false;
  }

  enter(rawPath: string): Pass {
    return this.admission.enter(kindOf(rawPath));
  }

  leave(pass: Pass): void {
    this.admission.leave(pass);
  }

  refuse(response: ServerResponse, calls: number, headers: Record<string, string | number | string[]>): void {
    if (response.destroyed || response.headersSent) return;
    this.#spread = (this.#spread + 617) % RETRY_MS_SPREAD;
    const retryAfterMs = RETRY_MS_MIN + this.#spread;
    const one = `${HEAD}${retryAfterMs}${MIDDLE}${String(headers["x-trace-id"] ?? "")}${TAIL}`;
    const body = calls === 0 ? one : `[${Array.from({ length: calls }).fill(one).join(",")}]`;
    headers["content-type"] = "application/json";
    headers["content-length"] = body.length;
    headers["retry-after"] = String(Math.ceil(retryAfterMs / 1_000));
    const { req: request } = response;
    const length = Number(request.headers["content-length"] ?? 0);
    if (!(length <= BODY_BYTES_DROPPED_MAX) || request.headers["transfer-encoding"] !== undefined) {
      headers.connection = "close";
    }
    response.writeHead(STATUS, headers);
    response.end(body);
  }

  #findObstacle(kind: CallKind, rawPath: string): RefusalReason | undefined {
    if (this.#isReserveReached && namesOf(rawPath).some((name) => CALLS_THAT_FILL.has(name)))
      return "reserve";
    return this.admission.findObstacle(kind);
  }

  #tell(): void {
    eventLoopBehind.set(this.admission.behindMs / 1_000);
    for (const kind of CALL_KINDS) {
      if (kind !== "page") callsUnderWay.set({ kind }, this.admission.underWay(kind));
    }
  }
}

function namesOf(rawPath: string): string[] {
  return rawPath.includes(",") || rawPath.includes("%") ? decode(rawPath).split(",") : [rawPath];
}

/** What cannot be decoded is no procedure, and is told so later. */
function decode(rawPath: string): string {
  try {
    return decodeURIComponent(rawPath);
  } catch {
    return rawPath;
  }
}

/** A batch is as important as the least important of its calls: nobody gets ahead by what they put into it. */
function kindOf(rawPath: string): CallKind {
  const known = CALLS_FIRST[rawPath];
  if (known) return known;
  const kinds = namesOf(rawPath).map((name) =>
    Object.hasOwn(CALLS_FIRST, name) ? CALLS_FIRST[name] : "other",
  );
  if (kinds.includes("other")) return "other";
  return kinds.includes("money") ? "money" : "gift";
}
