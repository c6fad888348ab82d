import type { ProcedureMeta } from "./init";
import { appRouter } from "./router";

export interface ProcedureFacts extends Partial<ProcedureMeta> {
  path: string;
  type: "query" | "mutation";
}

interface Definition {
  _def: { type: "query" | "mutation"; meta?: ProcedureMeta };
}

/** Every procedure of the product with what it declares, in the order of their names. */
export function listProcedures(): ProcedureFacts[] {
  const procedures = appRouter._def.procedures as unknown as Record<string, Definition>;
  return Object.entries(procedures)
    .map(([path, { _def }]) => ({ path, type: _def.type, ..._def.meta }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}
