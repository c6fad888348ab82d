import type { ProcedureMeta } from "./init";
import { appRouter } from "./router";

export interface ProcedureFacts extends Partial<ProcedureMeta> {
  path: string;
  type: "query" | "mutation";
  /** What reads its input; undefined for a procedure without one. */
  input?: unknown;
}

interface Definition {
  _def: { type: "query" | "mutation"; meta?: ProcedureMeta; inputs: unknown[] };
}

/** Every procedure of the product with what it declares, in the order of their names. */
export function listProcedures(): ProcedureFacts[] {
  const procedures = appRouter._def.procedures as unknown as Record<string, Definition>;
  return Object.entries(procedures)
    .map(([path, { _def }]) => ({ path, type: _def.type, input: _def.inputs[0], ..._def.meta }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}
