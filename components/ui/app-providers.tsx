"use client";

import { MantineProvider } from "@mantine/core";
import type { ReactNode } from "react";
import { lazyPart } from "../lib/lazy-part";
import { useSessionOfOtherTabs } from "../lib/session";
import { ApiProvider } from "../lib/trpc";
import { cssVariablesResolver, theme } from "./theme";

/** Nothing is ever notified before a person has done something: the list comes after the page. */
const Notifications = lazyPart(() => import("@mantine/notifications").then((m) => m.Notifications));

export function AppProviders({ children }: { children: ReactNode }) {
  return (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariablesResolver} defaultColorScheme="auto">
      <ApiProvider>
        <Notifications position="top-center" autoClose={6000} limit={3} containerWidth={420} />
        <OtherTabs />
        {children}
      </ApiProvider>
    </MantineProvider>
  );
}

function OtherTabs() {
  useSessionOfOtherTabs();
  return null;
}
