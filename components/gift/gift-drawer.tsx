"use client";

import { Drawer } from "@mantine/core";
import { useTranslations } from "next-intl";
import type { ComponentProps } from "react";
import { GiftPanel } from "./gift-panel";

type GiftDrawerProps = Omit<ComponentProps<typeof GiftPanel>, "layout"> & { onClose: () => void };

/** The gift panel from the bottom of a phone; the picture above stays in sight and effects play over it. */
export function GiftDrawer({ onClose, ...panel }: GiftDrawerProps) {
  const t = useTranslations("gift");
  return (
    <Drawer
      opened
      onClose={onClose}
      position="bottom"
      size="auto"
      radius="lg"
      title={t("gifts")}
      overlayProps={{ backgroundOpacity: 0.15 }}
      closeButtonProps={{ "aria-label": t("close") }}
      styles={{
        content: { height: "auto", maxHeight: "78dvh", alignSelf: "flex-end" },
        body: { paddingBlockEnd: "calc(14px + env(safe-area-inset-bottom))" },
        title: { fontWeight: 700 },
      }}
    >
      <GiftPanel {...panel} layout="drawer" />
    </Drawer>
  );
}
