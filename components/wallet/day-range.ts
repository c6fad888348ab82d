/**
 * The instants that bound the days picked in date fields, in the reader's own time zone: from the first moment of the
 * first day up to the first moment after the last one.
 */
export function dayRange(fromDay: string, toDay: string): { from?: string; to?: string } {
  const from = startOfDay(fromDay, 0);
  const to = startOfDay(toDay, 1);
  return { ...(from ? { from } : {}), ...(to ? { to } : {}) };
}

function startOfDay(day: string, addDays: number): string | undefined {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day);
  if (!match) return undefined;
  const [, year, month, date] = match.map(Number);
  if (year === undefined || month === undefined || date === undefined) return undefined;
  return new Date(year, month - 1, date + addDays).toISOString();
}
