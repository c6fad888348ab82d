"use client";

import { MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { ApiProvider } from "../lib/trpc";
import { cssVariablesResolver, theme } from "./theme";

export function AppProviders({ children }: { children: ReactNode }) {
  const t = useTranslations("common");
  return (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariablesResolver} defaultColorScheme="auto">
      <ApiProvider>
        <Notifications
          position="top-center"
          autoClose={6000}
          limit={3}
          containerWidth={420}
          aria-label={t("notifications")}
        />
        {children}
      </ApiProvider>
    </MantineProvider>
  );
}
