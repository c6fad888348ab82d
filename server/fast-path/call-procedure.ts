import { type AnyTRPCProcedure, getTRPCErrorFromUnknown, TRPCError } from "@trpc/server";
import { ContractParser } from "../trpc/contract";

export interface ProcedureCall {
  path: string;
  /** The call's input as it was sent. Throws what tRPC throws for input that cannot be read. */
  readInput: () => unknown;
  ctx: unknown;
  type: "query" | "mutation";
  signal: AbortSignal;
  batchIndex: number;
}

interface Overrides {
  ctx?: object;
  input?: unknown;
  getRawInput?: () => Promise<unknown>;
}
/** A step may put something else in the place of what was sent. */
type RunningCall = ProcedureCall & { getRawInput?: () => Promise<unknown> };
interface StepOptions extends Omit<ProcedureCall, "readInput"> {
  getRawInput: () => Promise<unknown>;
  input: unknown;
  meta: unknown;
  next(overrides?: Overrides): Promise<StepResult>;
}
type StepResult = { ok: true; data: unknown } | { ok: false; error: TRPCError };
type Step = ((options: StepOptions) => Promise<StepResult> | StepResult) & { _type?: string };

interface Definition {
  middlewares: readonly Step[];
  inputs: readonly unknown[];
  resolver: (options: StepOptions) => unknown;
  meta: unknown;
}
/** A procedure as it is run: its steps, and for each that only asks a contract, that contract. */
interface Plan {
  steps: readonly { run: Step; contract: ContractParser | undefined }[];
  resolver: Definition["resolver"];
  meta: unknown;
}

const plans = new WeakMap<AnyTRPCProcedure, Plan>();

/**
 * Calls a procedure through its middlewares, as `callTRPCProcedure` does, at a small part of its cost: tRPC copies the
 * options of every step with a helper for old browsers, looks the procedure up in two promises, and waits for what is
 * there already. The steps and what they are given are the same; the adapter's comparison with tRPC's own runs both.
 * Rejects with a TRPCError.
 */
export async function callProcedure(procedure: AnyTRPCProcedure, call: ProcedureCall): Promise<unknown> {
  let plan = plans.get(procedure);
  if (!plan) {
    plan = makePlan(procedure);
    plans.set(procedure, plan);
  }
  const result = await runStep(plan, 0, call, undefined);
  if (!result.ok) throw result.error;
  return result.data;
}

function makePlan(procedure: AnyTRPCProcedure): Plan {
  const { middlewares, inputs, resolver, meta } = procedure._def as unknown as Definition;
  let inputIndex = 0;
  // The last step is the resolver's, in a wrapping that is not needed here.
  const steps = middlewares.slice(0, -1).map((run) => {
    const input = run._type === "input" ? inputs[inputIndex++] : undefined;
    return { run, contract: input instanceof ContractParser ? input : undefined };
  });
  return { steps, resolver, meta };
}

/** Never rejects. */
function runStep(plan: Plan, index: number, call: RunningCall, input: unknown): Promise<StepResult> {
  const step = plan.steps[index];
  let nextResult: Promise<StepResult> | undefined;
  const { path, readInput, ctx, type, signal, batchIndex } = call;
  try {
    if (step?.contract && !call.getRawInput) {
      return runStep(plan, index + 1, call, parseInput(step.contract, readInput(), input));
    }
    const options: StepOptions = {
      path,
      getRawInput: call.getRawInput ?? (async () => readInput()),
      ctx,
      type,
      signal,
      batchIndex,
      input,
      meta: plan.meta,
      next(overrides) {
        const nextInput = overrides && "input" in overrides ? overrides.input : input;
        nextResult = runStep(plan, index + 1, overrides ? overrideCall(call, overrides) : call, nextInput);
        return nextResult;
      },
    };
    if (!step) return resolve(plan.resolver(options));
    const result = step.run(options);
    // A step that only passes on what came of the next one need not be waited for.
    return result === nextResult ? nextResult : settle(result);
  } catch (cause) {
    return Promise.resolve(toFailure(cause));
  }
}

/** What the resolver answers, as a result. */
async function resolve(answer: unknown): Promise<StepResult> {
  try {
    return { ok: true, data: await answer };
  } catch (cause) {
    return toFailure(cause);
  }
}

async function settle(result: Promise<StepResult> | StepResult): Promise<StepResult> {
  try {
    return await result;
  } catch (cause) {
    return toFailure(cause);
  }
}

function toFailure(cause: unknown): StepResult {
  return { ok: false, error: getTRPCErrorFromUnknown(cause) };
}

function parseInput(contract: ContractParser, raw: unknown, before: unknown): unknown {
  let parsed: unknown;
  try {
    parsed = contract.parse(raw);
  } catch (cause) {
    throw new TRPCError({ code: "BAD_REQUEST", cause });
  }
  return isObject(before) && isObject(parsed) ? { ...before, ...parsed } : parsed;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function overrideCall(call: RunningCall, { ctx, getRawInput }: Overrides): RunningCall {
  if (!ctx && !getRawInput) return call;
  return {
    ...call,
    // A context may be of a class.
    ctx: ctx
      ? Object.assign(Object.create(Object.getPrototypeOf(call.ctx)) as object, call.ctx, ctx)
      : call.ctx,
    getRawInput: getRawInput ?? call.getRawInput,
  };
}
