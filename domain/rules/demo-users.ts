/** Who the demo seed creates, by phone number. */
const numbered = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, i) => `${prefix}${String(i + 1).padStart(4, "0")}`);

export const DEMO_VIEWER_PHONES: readonly string[] = numbered("+861380000", 20);
export const DEMO_ANCHOR_PHONES: readonly string[] = numbered("+861390000", 5);
export const DEMO_OPERATOR_PHONES: readonly string[] = numbered("+861370000", 1);

const ALL: ReadonlySet<string> = new Set([
  ...DEMO_VIEWER_PHONES,
  ...DEMO_ANCHOR_PHONES,
  ...DEMO_OPERATOR_PHONES,
]);

/** The one-time code of seeded users wherever the demo data is; nothing is sent to their phones. */
export const DEMO_CODE = "000000";

export function isDemoUserPhone(phoneNumber: string): boolean {
  return ALL.has(phoneNumber);
}
