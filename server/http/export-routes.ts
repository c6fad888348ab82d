import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { BizError } from "@/domain/contracts/errors";
import type { Role } from "@/domain/contracts/ids";
import { formatCsvLine } from "@/domain/rules/csv";
import { exportAffinity } from "../services/analytics/export-affinity";
import { exportTips } from "../services/analytics/export-tips";
import { exportAudience } from "../services/audience/export-audience";
import type { Ctx, SignedInCtx } from "../services/context";
import { exportLines } from "../services/finance/export-lines";
import { exportStatement } from "../services/wallet/export-statement";
import { exportWithdrawals } from "../services/withdrawal/export-withdrawals";

export const EXPORT_BASE_PATH = "/api/export/";

/** A table that is made while it is sent: its head, then pages of rows, so that its length does not matter. */
export interface Export {
  head: readonly string[];
  pages: AsyncIterable<readonly (readonly (string | number | null)[])[]>;
}

interface ExportRoute {
  roles: readonly Role[];
  open(ctx: SignedInCtx, query: URLSearchParams): Export;
}

/** `GET /api/export/<name>.csv`. One line each. */
const EXPORTS: ReadonlyMap<string, ExportRoute> = new Map([
  ["statement.csv", { roles: ["viewer", "anchor", "operator"], open: exportStatement }],
  ["settlement-lines.csv", { roles: ["anchor", "operator"], open: exportLines }],
  ["analytics.csv", { roles: ["operator"], open: exportTips }],
  ["affinity.csv", { roles: ["operator"], open: exportAffinity }],
  ["audience.csv", { roles: ["anchor"], open: exportAudience }],
  ["withdrawals.csv", { roles: ["anchor"], open: exportWithdrawals }],
]);

/** Who may have which table. */
export const EXPORT_ROLES: readonly (readonly [string, readonly Role[]])[] = [...EXPORTS].map(
  ([name, { roles }]) => [name, roles] as const,
);

/** Sends a table as CSV. Throws UNAUTHENTICATED, FORBIDDEN, NOT_FOUND before anything is sent. */
export async function handleExport(
  name: string,
  query: URLSearchParams,
  response: ServerResponse,
  ctx: Ctx,
): Promise<void> {
  const route = EXPORTS.get(name);
  if (!route) throw new BizError("NOT_FOUND");
  const { session } = ctx;
  if (!session) throw new BizError("UNAUTHENTICATED");
  if (!route.roles.includes(session.role)) throw new BizError("FORBIDDEN");
  const { head, pages } = route.open({ ...ctx, session }, query);
  const iterator = pages[Symbol.asyncIterator]();
  // What goes wrong at once is answered as an error, not as a table without rows.
  const first = await iterator.next();
  response.writeHead(200, {
    "content-type": "text/csv; charset=utf-8",
    "content-disposition": `attachment; filename="${name}"`,
    "cache-control": "no-store",
  });
  // The mark by which spreadsheets know UTF-8.
  response.write(`\ufeff${formatCsvLine(head)}`);
  try {
    for (let page = first; !page.done; page = await iterator.next()) {
      const isTaken = response.write(page.value.map(formatCsvLine).join(""));
      if (!isTaken) await drained(response);
      if (response.destroyed) return;
    }
    response.end();
  } catch (error) {
    ctx.log.warn({ err: error, name }, "an export was cut off");
    // Cut off and seen to be: a table that ends well would look whole.
    response.destroy();
  }
}

/** Until the reader has taken what was written, or has gone. Leaves no listener behind: a long table waits often. */
async function drained(response: ServerResponse): Promise<void> {
  const over = new AbortController();
  const { signal } = over;
  try {
    await Promise.race([once(response, "drain", { signal }), once(response, "close", { signal })]);
  } finally {
    over.abort();
  }
}
