import type { Role } from "@/domain/contracts/ids";
import { AUTH_BASE_PATH, AUTH_ENDPOINTS } from "../auth/auth-endpoints";
import { CALLBACK_BASE_PATH, CALLBACK_NAMES } from "./callback-routes";
import { EXPORT_BASE_PATH, EXPORT_ROLES } from "./export-routes";
import { UPLOAD_ROLES } from "./picture-routes";

/** Who may call: everybody, whoever signs the request with a secret of ours, or sessions of these roles. */
export type RouteAccess = "anyone" | "signature" | readonly Role[];

export interface ApiRoute {
  method: "GET" | "POST";
  path: string;
  access: RouteAccess;
}

const EVERY_ROLE: readonly Role[] = ["guest", "viewer", "anchor", "operator"];

/**
 * Every route of the web process below `/api/` but the procedures. What is not here is not found, whatever the handlers
 * would do with it.
 */
export const API_ROUTES: readonly ApiRoute[] = [
  ...AUTH_ENDPOINTS.map((endpoint): ApiRoute => {
    const [method, path] = endpoint.split(" ") as ["GET" | "POST", string];
    return { method, path: AUTH_BASE_PATH + path, access: "anyone" };
  }),
  ...CALLBACK_NAMES.map(
    (name): ApiRoute => ({ method: "POST", path: CALLBACK_BASE_PATH + name, access: "signature" }),
  ),
  ...EXPORT_ROLES.map(
    ([name, roles]): ApiRoute => ({ method: "GET", path: EXPORT_BASE_PATH + name, access: roles }),
  ),
  ...UPLOAD_ROLES.map(([path, roles]): ApiRoute => ({ method: "POST", path, access: roles })),
  { method: "GET", path: "/api/push/config", access: "anyone" },
  { method: "POST", path: "/api/push/auth", access: EVERY_ROLE },
  { method: "POST", path: "/api/push/user-auth", access: EVERY_ROLE },
  /** Not in production. */
  { method: "GET", path: "/api/dev/inbox", access: "anyone" },
];

const KNOWN: ReadonlySet<string> = new Set(API_ROUTES.map(({ method, path }) => `${method} ${path}`));

export function isApiRoute(method: string | undefined, path: string): boolean {
  return KNOWN.has(`${method} ${path}`);
}
