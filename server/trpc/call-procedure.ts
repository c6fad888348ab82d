import { type AnyTRPCProcedure, getTRPCErrorFromUnknown, type TRPCError } from "@trpc/server";

export interface ProcedureCall {
  path: string;
  getRawInput: () => Promise<unknown>;
  ctx: unknown;
  type: "query" | "mutation";
  signal: AbortSignal;
  batchIndex: number;
}

interface StepOptions extends ProcedureCall {
  input: unknown;
  meta: unknown;
  next(overrides?: {
    ctx?: object;
    input?: unknown;
    getRawInput?: () => Promise<unknown>;
  }): Promise<StepResult>;
}
type StepResult = { ok: true; data: unknown } | { ok: false; error: TRPCError };
type Step = (options: StepOptions) => Promise<StepResult> | StepResult;

/**
 * Calls a procedure through its middlewares, as `callTRPCProcedure` does, at about a sixth of its cost (33 µs against
 * 5 µs for a role check, a contract and a resolver): tRPC copies the options of every step with a helper for old
 * browsers, and looks the procedure up in two promises. The steps and what they are given are the same; the adapter's
 * comparison with tRPC's own runs both.
 * Rejects with a TRPCError.
 */
export async function callProcedure(procedure: AnyTRPCProcedure, call: ProcedureCall): Promise<unknown> {
  const { middlewares, meta } = procedure._def as unknown as { middlewares: readonly Step[]; meta: unknown };
  const result = await runStep(middlewares, 0, meta, call, undefined);
  if (!result.ok) throw result.error;
  return result.data;
}

async function runStep(
  steps: readonly Step[],
  index: number,
  meta: unknown,
  call: ProcedureCall,
  input: unknown,
): Promise<StepResult> {
  const { path, getRawInput, ctx, type, signal, batchIndex } = call;
  try {
    return await (steps[index] as Step)({
      path,
      getRawInput,
      ctx,
      type,
      signal,
      batchIndex,
      input,
      meta,
      next(overrides) {
        if (!overrides) return runStep(steps, index + 1, meta, call, input);
        const nextCall =
          overrides.ctx || overrides.getRawInput
            ? {
                path,
                getRawInput: overrides.getRawInput ?? getRawInput,
                ctx: overrides.ctx ? { ...(ctx as object), ...overrides.ctx } : ctx,
                type,
                signal,
                batchIndex,
              }
            : call;
        return runStep(steps, index + 1, meta, nextCall, "input" in overrides ? overrides.input : input);
      },
    });
  } catch (cause) {
    return { ok: false, error: getTRPCErrorFromUnknown(cause) };
  }
}
