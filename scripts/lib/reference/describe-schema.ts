import { z } from "zod";
import { TEXT_KINDS } from "@/domain/contracts/texts";

/** The part of JSON Schema that contracts come to. */
interface JsonSchema {
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  format?: string;
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  maxItems?: number;
  items?: JsonSchema;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: JsonSchema | boolean;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  allOf?: JsonSchema[];
  /** Ours: in characters as a person counts them, where `maxLength` is in units of UTF-16. */
  charactersMax?: number;
}

/** So much longer than its characters a readable text may be (domain/contracts/texts.ts). */
const UNITS_PER_CHARACTER = 16;

export interface Field {
  name: string;
  type: string;
  isNeeded: boolean;
  /** What the type does not say: bounds, pattern, default. */
  notes: string;
}

/** Patterns that their format says already. */
const FORMATS: Record<string, string> = {
  uuid: "uuid",
  "date-time": "time, ISO 8601 in UTC",
  uri: "address",
};

/** @param io whether as it is sent to us, before defaults and tidying, or as it leaves */
export function toJsonSchema(schema: z.ZodType, io: "input" | "output"): JsonSchema {
  return z.toJSONSchema(schema, {
    io,
    unrepresentable: "any",
    override: ({ zodSchema, jsonSchema }) => {
      const kind = TEXT_KINDS.get(zodSchema as unknown as z.ZodType)?.kind;
      if ((kind === "line" || kind === "lines") && jsonSchema.maxLength !== undefined)
        Object.assign(jsonSchema, { charactersMax: jsonSchema.maxLength / UNITS_PER_CHARACTER });
    },
  }) as JsonSchema;
}

/** A schema as a type of TypeScript. */
export function describeType(schema: JsonSchema): string {
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (alternatives) return [...new Set(alternatives.map(describeType))].join(" | ");
  if (schema.allOf) return schema.allOf.map(describeType).join(" & ");
  switch (schema.type) {
    case "array": {
      const item = describeType(schema.items ?? {});
      return item.includes(" | ") ? `(${item})[]` : `${item}[]`;
    }
    case "object":
      return describeObject(schema);
    case undefined:
      return "any";
    default:
      return [schema.type].flat().join(" | ");
  }
}

function describeObject({ properties = {}, required = [], additionalProperties }: JsonSchema): string {
  const fields = Object.entries(properties).map(
    ([name, field]) => `${name}${required.includes(name) ? "" : "?"}: ${describeType(field)}`,
  );
  if (fields.length > 0) return `{ ${fields.join("; ")} }`;
  return typeof additionalProperties === "object"
    ? `Record<string, ${describeType(additionalProperties)}>`
    : "object";
}

function describeBounds(schema: JsonSchema): string[] {
  const notes: string[] = [];
  const range = (what: string, min: number | undefined, max: number | undefined) => {
    const low = min !== undefined && min > Number.MIN_SAFE_INTEGER ? min : undefined;
    const high = max !== undefined && max < Number.MAX_SAFE_INTEGER ? max : undefined;
    const show = (value: number) => value.toLocaleString("en-US");
    if (low !== undefined && high !== undefined) notes.push(`${show(low)} to ${show(high)}${what}`);
    else if (low !== undefined) notes.push(`at least ${show(low)}${what}`);
    else if (high !== undefined) notes.push(`at most ${show(high)}${what}`);
  };
  range("", schema.minimum, schema.maximum);
  if (schema.charactersMax !== undefined) range(" characters", schema.minLength, schema.charactersMax);
  else range(" characters", schema.minLength, schema.maxLength);
  range(" items", schema.minItems, schema.maxItems);
  const format = schema.format && (FORMATS[schema.format] ?? schema.format);
  if (format) notes.push(format);
  else if (schema.pattern) notes.push(`\`${schema.pattern}\``);
  return notes;
}

function describeNotes(schema: JsonSchema): string {
  // What is said of a value that may be null is said of the value.
  const parts = [schema, ...(schema.anyOf ?? []), ...(schema.items ? [schema.items] : [])];
  const notes = parts.flatMap(describeBounds);
  if (schema.default !== undefined) notes.push(`default \`${JSON.stringify(schema.default)}\``);
  return [...new Set(notes)].join(", ");
}

/** The fields of an object; of a choice between objects those of each one after the other. */
export function listFields(schema: JsonSchema): Field[] {
  const { properties = {}, required = [] } = schema;
  return Object.entries(properties).map(([name, field]) => ({
    name,
    type: describeType(field),
    isNeeded: required.includes(name),
    notes: describeNotes(field),
  }));
}

/** A pipe would end the cell. */
const cell = (text: string) => text.replaceAll("|", "\\|");

/** A table of the fields, or the type where it is no object. Empty for an object without fields. */
export function layOutSchema(schema: JsonSchema, heading: string): string {
  const fields = listFields(schema);
  if (fields.length === 0) return schema.properties ? "" : `${heading}: \`${describeType(schema)}\`\n`;
  const rows = fields.map(
    ({ name, type, isNeeded, notes }) =>
      `| \`${name}\`${isNeeded ? "" : " (optional)"} | \`${cell(type)}\` | ${cell(notes)} |`,
  );
  return [`| ${heading} | type | |`, "| --- | --- | --- |", ...rows, ""].join("\n");
}
