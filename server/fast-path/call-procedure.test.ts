import { type AnyTRPCProcedure, callTRPCProcedure, initTRPC, TRPCError } from "@trpc/server";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { contract } from "../trpc/contract";
import { callProcedure } from "./call-procedure";

interface TestCtx {
  steps: string[];
  name: string;
}

const t = initTRPC.context<TestCtx>().create();
const noted = (step: string) =>
  t.middleware(async ({ ctx, input, next }) => {
    ctx.steps.push(`${step} before ${JSON.stringify(input)}`);
    const result = await next();
    ctx.steps.push(`${step} after ${result.ok}`);
    return result;
  });
const passing = t.procedure.use(({ next }) => next());
const First = contract(z.object({ first: z.number() }));
const Second = contract(z.object({ second: z.string().toLowerCase() }));

const router = t.router({
  nothing: t.procedure.mutation(() => undefined),
  plain: passing.mutation(() => 5),
  bySchema: t.procedure.input(z.object({ first: z.number() })).mutation(({ input }) => input),
  bySchemaThenContract: passing
    .input(z.object({ first: z.number() }))
    .use(noted("between"))
    .input(Second)
    .mutation(async ({ input }) => input),
  byContracts: t.procedure
    .use(noted("a"))
    .input(First)
    .use(noted("b"))
    .input(Second)
    .use(noted("c"))
    .mutation(({ input }) => input),
  renamed: t.procedure
    .use(({ next }) => next({ ctx: { name: "other" } }))
    .use(noted("renamed"))
    .mutation(({ ctx }) => ctx.name),
  replaced: t.procedure
    .use(({ next }) => next({ getRawInput: async () => ({ first: 7 }) }))
    .input(First)
    .use(async ({ getRawInput, next }) => next({ ctx: { name: JSON.stringify(await getRawInput()) } }))
    .mutation(({ ctx, input }) => ({ input, name: ctx.name })),
  refusedAtOnce: t.procedure
    .use(noted("outside"))
    .use(() => {
      throw new TRPCError({ code: "FORBIDDEN" });
    })
    .mutation(() => "never"),
  refusedAfterwards: t.procedure
    .use(noted("outside"))
    .use(async ({ next }) => {
      await next();
      throw new Error("too late");
    })
    .mutation(() => "done"),
  failing: t.procedure
    .use(noted("outside"))
    .use(({ next }) => next())
    .mutation(() => {
      throw new Error("broken");
    }),
  rejecting: passing.mutation(async () => {
    throw new TRPCError({ code: "CONFLICT", message: "no" });
  }),
  twice: t.procedure
    .use(async ({ next }) => {
      await next();
      return next();
    })
    .use(noted("again"))
    .mutation(() => "done"),
  output: t.procedure.output(z.string()).mutation(() => 5 as unknown as string),
});

const { signal } = new AbortController();
const ctxOf = (): TestCtx => ({ steps: [], name: "one" });

async function outcome(ctx: TestCtx, run: () => Promise<unknown>): Promise<unknown> {
  try {
    return { data: await run(), ...ctx };
  } catch (error) {
    const { code, message, cause } = error as TRPCError;
    return { code, message, cause, ...ctx };
  }
}

describe("a procedure", () => {
  const inputs = [undefined, {}, { first: 1 }, { first: 1, second: "TEXT" }, { first: "1", second: "x" }];
  const cases = Object.keys(router._def.procedures).flatMap((path) =>
    inputs.map((input) => ({ path, input })),
  );

  it.each(cases)("is called as tRPC calls it: $path of $input", async ({ path, input }) => {
    const procedure = (router._def.procedures as Record<string, AnyTRPCProcedure>)[path] as AnyTRPCProcedure;
    const [ours, theirs] = [ctxOf(), ctxOf()];
    const call = { path, type: "mutation" as const, signal, batchIndex: 0 };
    const own = await outcome(ours, () =>
      callProcedure(procedure, { ...call, ctx: ours, readInput: () => input }),
    );
    const reference = await outcome(theirs, () =>
      callTRPCProcedure({ ...call, router, ctx: theirs, getRawInput: async () => input }),
    );
    expect(own).toEqual(reference);
  });

  it("keeps the class of its context where a step changes it", async () => {
    class Ctx implements TestCtx {
      steps: string[] = [];
      get name() {
        return this.word.toUpperCase();
      }
      word = "one";
    }
    const { procedures } = t.router({
      named: t.procedure.use(({ next }) => next({ ctx: { word: "two" } })).mutation(({ ctx }) => ctx.name),
    })._def;
    const call = {
      path: "named",
      type: "mutation" as const,
      signal,
      batchIndex: 0,
      readInput: () => undefined,
    };
    expect(await callProcedure(procedures.named, { ...call, ctx: new Ctx() })).toBe("TWO");
  });
});
