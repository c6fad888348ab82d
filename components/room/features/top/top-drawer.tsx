"use client";

import { useTranslations } from "next-intl";
import type { ComponentProps } from "react";
import { BottomDrawer } from "../../../ui/bottom-drawer";
import { TopBoard } from "./top-board";

/** The board from the bottom of a phone. */
export function TopDrawer({ onClose, ...board }: ComponentProps<typeof TopBoard> & { onClose: () => void }) {
  const t = useTranslations("top");
  return (
    <BottomDrawer title={t("title")} closeLabel={t("close")} onClose={onClose}>
      <TopBoard {...board} />
    </BottomDrawer>
  );
}
