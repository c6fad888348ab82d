"use client";

import { useTranslations } from "next-intl";
import type { ComponentProps } from "react";
import { BottomDrawer } from "../../../ui/bottom-drawer";
import { GiftPanel } from "./gift-panel";

type GiftDrawerProps = Omit<ComponentProps<typeof GiftPanel>, "layout"> & { onClose: () => void };

/** The gift panel from the bottom of a phone; effects play over the picture above it. */
export function GiftDrawer({ onClose, ...panel }: GiftDrawerProps) {
  const t = useTranslations("gift");
  return (
    <BottomDrawer title={t("gifts")} closeLabel={t("close")} onClose={onClose}>
      <GiftPanel {...panel} layout="drawer" />
    </BottomDrawer>
  );
}
