/** Values that stand in an array literal without quotes: ids, numbers, ISO times. NULL needs quotes, or it is a null. */
const PLAIN = /^(?!null$)[\w.:+-]+$/i;

/**
 * A PostgreSQL array literal (https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO), to be cast in the
 * statement: `${arrayLiteral(ids)}::uuid[]`. Unlike the driver's own arrays it does not guess the element type from the
 * first value, which may be null.
 */
export function arrayLiteral(values: readonly (string | number | null)[]): string {
  let literal = "{";
  for (let i = 0; i < values.length; i++) {
    if (i > 0) literal += ",";
    const value = values[i];
    if (value === null || value === undefined) literal += "NULL";
    else if (typeof value === "number") literal += value;
    else if (PLAIN.test(value)) literal += value;
    else literal += `"${value.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
  }
  return `${literal}}`;
}
