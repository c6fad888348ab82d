import type { z } from "zod";

/**
 * A contract as a procedure's input. tRPC would parse it asynchronously, which zod does several times slower and our
 * contracts never need; hidden from tRPC, `parseAsync` is not preferred. The type stays the schema's own.
 */
export function contract<S extends z.ZodType>(schema: S): S {
  const parser = { parse: (value: unknown) => schema.parse(value) };
  return parser as unknown as S;
}
