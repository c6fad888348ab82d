import { z } from "zod";
import { PhoneNumber } from "@/domain/contracts/account";
import { BizError } from "@/domain/contracts/errors";
import { OneTimeCode } from "@/domain/contracts/texts";

export const AUTH_BASE_PATH = "/api/auth";

const Nothing = z.strictObject({});
const SessionQuery = z.strictObject({ disableCookieCache: z.enum(["true", "false"]).optional() });

/**
 * All of the sign-in library that can be reached, with all that may be said to it. Whatever else it has, or a later
 * version brings, is closed: people, their roles and their phones are changed by procedures of ours.
 */
const ENDPOINTS = {
  "POST /phone-number/send-otp": { body: z.strictObject({ phoneNumber: PhoneNumber }), query: Nothing },
  "POST /phone-number/verify": {
    body: z.strictObject({ phoneNumber: PhoneNumber, code: OneTimeCode }),
    query: Nothing,
  },
  "POST /sign-in/anonymous": { body: Nothing, query: Nothing },
  "POST /sign-out": { body: Nothing, query: Nothing },
  "GET /get-session": { body: Nothing, query: SessionQuery },
} as const satisfies Record<string, { body: z.ZodType; query: z.ZodType }>;

export type AuthEndpoint = keyof typeof ENDPOINTS;
/** As `POST /sign-out`, below the base path. */
export const AUTH_ENDPOINTS = Object.keys(ENDPOINTS) as AuthEndpoint[];

export interface AuthCall {
  endpoint: AuthEndpoint;
  method: string;
  /** Made of the endpoint and of what was read from the query. */
  path: string;
  body: Record<string, string>;
}

/**
 * The endpoint that an address means. It is compared as it was sent: no other spelling of it means the same. Throws
 * NOT_FOUND.
 */
export function findAuthEndpoint(method: string, url: string): AuthEndpoint {
  const [path = ""] = url.split("?", 1);
  const endpoint = `${method} ${path.slice(AUTH_BASE_PATH.length)}`;
  if (!path.startsWith(`${AUTH_BASE_PATH}/`) || !Object.hasOwn(ENDPOINTS, endpoint)) {
    throw new BizError("NOT_FOUND");
  }
  return endpoint as AuthEndpoint;
}

/**
 * Reads a call. What is handed on is made anew from what was read, so that nothing reaches the library that was not
 * looked at. Throws INVALID_INPUT with the field.
 */
export function readAuthCall(endpoint: AuthEndpoint, url: string, body: string): AuthCall {
  const schemas = ENDPOINTS[endpoint];
  const at = url.indexOf("?");
  const query = readWith(schemas.query, readQuery(at === -1 ? "" : url.slice(at + 1)));
  const [method = "", path = ""] = endpoint.split(" ");
  const search = new URLSearchParams(query as Record<string, string>).toString();
  return {
    endpoint,
    method,
    path: `${AUTH_BASE_PATH}${path}${search && `?${search}`}`,
    body: readWith(schemas.body, readJson(body)) as Record<string, string>,
  };
}

function readQuery(text: string): unknown {
  const pairs = [...new URLSearchParams(text)];
  const names = new Set(pairs.map(([name]) => name));
  if (names.size !== pairs.length) throw new BizError("INVALID_INPUT", { field: "query" });
  return Object.fromEntries(pairs);
}

function readJson(text: string): unknown {
  if (text === "") return {};
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new BizError("INVALID_INPUT", { field: "body" }, { cause });
  }
}

function readWith(schema: z.ZodType, value: unknown): unknown {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const key = issue?.code === "unrecognized_keys" ? issue.keys[0] : issue?.path[0];
  const field = key === undefined ? "body" : String(key).slice(0, 40);
  throw new BizError("INVALID_INPUT", { field, ...(issue ? { reason: issue.message } : {}) });
}
