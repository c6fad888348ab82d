import { TIPS_KEYS, TipsInput, type TipsKey } from "@/domain/contracts/analytics";
import { BizError } from "@/domain/contracts/errors";
import { fenToYuanText } from "@/domain/rules/csv";
import type { SignedInCtx } from "../context";
import { getTips } from "./get-tips";

const PAGE_ROWS = 1_000;

/** What the page shows, as a table: the same filters in the address, several of one kind by commas. Throws INVALID_INPUT. */
export function exportTips(ctx: SignedInCtx, query: URLSearchParams) {
  const input = readQuery(query);
  const keys = TIPS_KEYS.filter((key) => input.groupBy.includes(key));
  return {
    head: [
      ...keys.flatMap((key) => (key === "anchor" ? ["anchor_id", "anchor"] : [toSnake(key)])),
      "gifts",
      "coins",
      "gross_cny",
      "viewers",
    ],
    pages: readPages(ctx, input, keys),
  };
}

async function* readPages(ctx: SignedInCtx, input: TipsInput, keys: readonly TipsKey[]) {
  const { rows } = await getTips(ctx, input);
  for (let at = 0; at === 0 || at < rows.length; at += PAGE_ROWS) {
    yield rows
      .slice(at, at + PAGE_ROWS)
      .map((row) => [
        ...keys.flatMap((key) =>
          key === "anchor" ? [row.anchor ?? null, row.anchorName ?? null] : [row[key] ?? null],
        ),
        row.gifts,
        row.coins,
        fenToYuanText(row.grossFen),
        row.viewers,
      ]);
  }
}

const toSnake = (key: string) => key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

function readQuery(query: URLSearchParams): TipsInput {
  const list = (name: string) => query.get(name)?.split(",").filter(Boolean);
  const parsed = TipsInput.safeParse({
    from: query.get("from"),
    to: query.get("to"),
    groupBy: list("groupBy") ?? [],
    anchorIds: list("anchorIds"),
    anchorGender: query.get("anchorGender") ?? undefined,
    viewerGender: query.get("viewerGender") ?? undefined,
  });
  if (parsed.success) return parsed.data;
  throw new BizError("INVALID_INPUT", { field: String(parsed.error.issues[0]?.path[0] ?? "") });
}
