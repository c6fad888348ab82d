import { GIFT_COUNT_MAX } from "@/domain/rules/money";

/** What a person chose to give, as this browser remembers it. */
export interface GiftChoice {
  /** Null: none was chosen yet. It may have left the catalogue since. */
  giftId: string | null;
  count: number;
}

/** A function: in a browser that keeps nothing the very mention of its storage may throw. */
type OpenStorage = () => Pick<Storage, "getItem" | "setItem">;

const NOTHING: GiftChoice = { giftId: null, count: 1 };

/** People who share a browser do not share their choices; all guests are one. */
const keyOf = (viewerId: string | null) => `downpour.gift-choice.${viewerId ?? "guest"}`;

/** What was remembered for this person; whatever cannot be a choice is as if there were none. */
export function recallGiftChoice(openStorage: OpenStorage, viewerId: string | null): GiftChoice {
  try {
    const known = JSON.parse(openStorage().getItem(keyOf(viewerId)) ?? "null") as Record<
      string,
      unknown
    > | null;
    const { giftId, count } = known ?? {};
    const isCount = Number.isInteger(count) && Number(count) >= 1 && Number(count) <= GIFT_COUNT_MAX;
    return {
      giftId: typeof giftId === "string" ? giftId : null,
      count: isCount ? Number(count) : NOTHING.count,
    };
  } catch {
    return NOTHING;
  }
}

export function rememberGiftChoice(
  openStorage: OpenStorage,
  viewerId: string | null,
  choice: GiftChoice,
): void {
  try {
    openStorage().setItem(keyOf(viewerId), JSON.stringify(choice));
  } catch {
    // A browser that keeps nothing only forgets the choice.
  }
}
