import { describe, expect, it } from "vitest";
import type { z } from "zod";
import { TEXT_KINDS } from "@/domain/contracts/texts";
import type { ContractParser } from "./contract";
import { appRouter } from "./router";

type Schema = z.core.$ZodType;
interface Definition {
  _def: { inputs: ContractParser[] };
}

const procedures = Object.entries(appRouter._def.procedures as unknown as Record<string, Definition>);

/** Formats by which a string is an id, an instant or an address: what they let through says everything by itself. */
const SAID_BY_FORMAT = new Set(["guid", "uuid", "datetime", "url", "regex"]);

/** Where a schema takes strings that are none of the kinds we know. `seen` collects those that are. */
function findUnknownStrings(schema: Schema, path: string, seen: Set<string>): string[] {
  const known = TEXT_KINDS.get(schema);
  if (known) {
    seen.add(known.kind);
    return [];
  }
  const def = (schema as z.core.$ZodTypes)._zod.def;
  switch (def.type) {
    case "string": {
      const formats = [schema, ...(def.checks ?? [])].map(
        (part) => (part._zod.def as { format?: string }).format ?? "",
      );
      const isKnown = formats.some((format) => SAID_BY_FORMAT.has(format));
      if (isKnown) seen.add("format");
      return isKnown ? [] : [path];
    }
    case "object":
      return Object.entries(def.shape).flatMap(([key, part]) =>
        findUnknownStrings(part, `${path}.${key}`, seen),
      );
    case "array":
      return findUnknownStrings(def.element, `${path}[]`, seen);
    case "union":
      return def.options.flatMap((option) => findUnknownStrings(option, path, seen));
    case "intersection":
      return [def.left, def.right].flatMap((part) => findUnknownStrings(part, path, seen));
    case "optional":
    case "nullable":
    case "default":
    case "prefault":
    case "catch":
    case "readonly":
    case "nonoptional":
      return findUnknownStrings(def.innerType, path, seen);
    case "pipe":
      return findUnknownStrings(def.in, path, seen);
    case "number":
    case "boolean":
    case "enum":
    case "literal":
    case "null":
    case "undefined":
    case "void":
    case "never":
    case "transform":
      return [];
    default:
      return [`${path}: ${def.type}, which nobody looked at`];
  }
}

describe("every string that a procedure takes", () => {
  it.each(procedures.map(([path, { _def }]) => [path, _def.inputs] as const))(
    "is an id, a word of a list, an address, or a text of a known kind: %s",
    (path, inputs) => {
      const seen = new Set<string>();
      expect(inputs.flatMap(({ schema }) => findUnknownStrings(schema, path, seen))).toEqual([]);
    },
  );

  it("is seen by this test, in each of its kinds", () => {
    const seen = new Set<string>();
    for (const [path, { _def }] of procedures) {
      for (const { schema } of _def.inputs) findUnknownStrings(schema, path, seen);
    }
    expect([...seen].sort()).toEqual(["cursor", "format", "line", "lines", "pasted"]);
  });
});
