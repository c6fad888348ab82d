import type { z } from "zod";

/** A contract's way to say yes or no at once. Throws a ZodError. */
export class ContractParser {
  readonly parse: (value: unknown) => unknown;

  constructor(
    readonly schema: z.ZodType,
    readCanonical?: (value: unknown) => unknown,
  ) {
    this.parse = readCanonical
      ? (value) => readCanonical(value) ?? schema.parse(value)
      : (value) => schema.parse(value);
  }
}

/**
 * A contract as a procedure's input. tRPC would parse it asynchronously, which zod does several times slower and our
 * contracts never need; hidden from tRPC, `parseAsync` is not preferred. The type stays the schema's own.
 *
 * @param readCanonical asked first: the same for usual input, null for all other (see `canonical-inputs.ts`)
 */
export function contract<S extends z.ZodType>(
  schema: S,
  readCanonical?: (value: unknown) => z.output<S> | null,
): S {
  return new ContractParser(schema, readCanonical) as unknown as S;
}
