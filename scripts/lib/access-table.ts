import { SIGNED_ROUTES } from "@/push/gateway/http-api/http-api";
import { API_ROUTES } from "@/server/http/api-routes";
import { ACCESS } from "@/server/trpc/init";
import { listProcedures } from "@/server/trpc/list-procedures";

export const ACCESS_BEGIN = "<!-- access:begin, written by `node scripts/run.mjs write-access-table` -->";
export const ACCESS_END = "<!-- access:end -->";

const CALLERS = ["nobody", "guest", "viewer", "anchor", "operator"] as const;

const marks = (roles: readonly string[] | null) =>
  CALLERS.map((caller) => (roles === null || roles.includes(caller) ? "✓" : "")).join(" | ");
const head = (first: string, last: string) =>
  `| ${first} | ${CALLERS.join(" | ")} | ${last} |\n| --- | ${CALLERS.map(() => ":-:").join(" | ")} | --- |`;

/** Who may call what, from what the code declares and enforces. */
export function renderAccessTable(): string {
  const procedures = listProcedures().map(({ path, type, access, decision }) => {
    const roles = access ? (ACCESS[access]?.roles ?? null) : [];
    const second = decision === "fourEyes" ? "needs a second operator" : "";
    return `| \`${path}\` ${type === "mutation" ? "(m)" : "(q)"} | ${marks(roles)} | ${second} |`;
  });
  const routes = API_ROUTES.map(({ method, path, access }) => {
    const isSigned = access === "signature";
    const roles = isSigned ? [] : access === "anyone" ? null : access;
    return `| \`${method} ${path}\` | ${marks(roles)} | ${isSigned ? "whoever signs it" : ""} |`;
  });
  const signed = SIGNED_ROUTES.map((route) => `\`${route}\``).join(", ");
  return [
    head("procedure", ""),
    ...procedures,
    "",
    head("route of the web process", ""),
    ...routes,
    "",
    `The push gateway's HTTP API (${signed}) answers whoever signs the request with the app's secret, and nobody else.`,
  ].join("\n");
}

/** The page with the table as it is now. Throws when its marks are gone. */
export function withAccessTable(page: string): string {
  const begin = page.indexOf(ACCESS_BEGIN);
  const end = page.indexOf(ACCESS_END);
  if (begin === -1 || end < begin) throw new Error("docs/security.md has lost the marks of the access table");
  return `${page.slice(0, begin)}${ACCESS_BEGIN}\n\n${renderAccessTable()}\n\n${page.slice(end)}`;
}
