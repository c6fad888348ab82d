import { useTranslations } from "next-intl";
import type { PkBattle } from "@/domain/contracts/pk";

/** What a battle is called in each of its states, and how it ended. */
export function usePkWords() {
  const t = useTranslations("pk");
  const nameOf = (battle: PkBattle) =>
    battle.sides.find(({ anchorId }) => anchorId === battle.winnerId)?.nickname ?? "";
  return {
    stateOf: ({ state }: PkBattle) => t(`state.${state}`),
    resultOf(battle: PkBattle): string | null {
      switch (battle.outcome) {
        case null:
          return null;
        case "draw":
          return t("result.draw");
        case "below_minimum":
          return t("result.below", { points: battle.minimumPoints });
        case "left":
          return t("result.left", { name: nameOf(battle) });
        case "score":
          return t("result.won", { name: nameOf(battle) });
      }
    },
  };
}
