import { AudienceInput } from "@/domain/contracts/audience";
import { BizError } from "@/domain/contracts/errors";
import type { AudienceSide, ShownGroups } from "@/domain/rules/audience";
import type { SignedInCtx } from "../context";
import { getAudience } from "./get-audience";

/** What `/studio/audience` shows of a week, as a table. Throws INVALID_INPUT. */
export function exportAudience(ctx: SignedInCtx, query: URLSearchParams) {
  const parsed = AudienceInput.safeParse({ week: query.get("week") ?? undefined });
  if (!parsed.success) throw new BizError("INVALID_INPUT", { field: "week" });
  return {
    head: ["week", "side", "split", "group", "people_at_least", "coins", "watched_minutes"],
    pages: readPage(ctx, parsed.data),
  };
}

async function* readPage(ctx: SignedInCtx, input: AudienceInput) {
  const { figures } = await getAudience(ctx, input);
  const rows: (string | number | null)[][] = [];
  if (figures) {
    const { week, givers, watchers } = figures;
    const add = (side: AudienceSide, split: string, group: string, people: number, amount: number | null) => {
      const minutes = amount === null ? null : Math.round(amount / 60_000);
      rows.push([
        week,
        side,
        split,
        group,
        people,
        side === "givers" ? amount : null,
        side === "givers" ? null : minutes,
      ]);
    };
    const addSplits = (side: AudienceSide, splits: Record<string, ShownGroups>) => {
      for (const [split, { groups, rest }] of Object.entries(splits)) {
        for (const { key, people, amount } of groups) add(side, split, key, people, amount);
        if (rest) add(side, split, "others", rest.people, rest.amount);
      }
    };
    add("givers", "all", "all", givers.people, givers.amount);
    addSplits("givers", givers.splits);
    add("watchers", "all", "all", watchers.people, watchers.amount);
    addSplits("watchers", watchers.splits);
  }
  yield rows;
}
