import { stringifyExactJson } from "@/domain/rules/exact-json";

/** JSON, or undefined when nested too deeply to be written again. */
export function stringify(value: unknown): string | undefined {
  try {
    return stringifyExactJson(value);
  } catch {
    return undefined;
  }
}
