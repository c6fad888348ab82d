export interface PrefixBudget {
  /** First digits of numbers, with the calling code. */
  prefix: string;
  limit: number;
}

/** Reads `prefix:count` separated by commas, as `86:5000,1876:0`; the longest prefix first. Throws naming a faulty part. */
export function parsePrefixBudgets(text: string): PrefixBudget[] {
  if (text.trim() === "") return [];
  const budgets = text.split(",").map((part) => {
    const match = /^\s*\+?([1-9]\d{0,14}):(\d{1,9})\s*$/.exec(part);
    if (!match) throw new Error(`Not a budget of a prefix: "${part}" (want prefix:count).`);
    return { prefix: match[1] ?? "", limit: Number(match[2]) };
  });
  return budgets.sort((a, b) => b.prefix.length - a.prefix.length);
}
