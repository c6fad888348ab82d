"use client";

import { MantineProvider } from "@mantine/core";
import type { ReactNode } from "react";
import { useEarlyBack } from "../lib/early-back";
import { lazyPart } from "../lib/lazy-part";
import { ReaderTimeZoneProvider } from "../lib/reader-time-zone";
import { usePreparedSigning, useSessionOfOtherTabs } from "../lib/session";
import { ApiProvider } from "../lib/trpc";
import { cssVariablesResolver, theme } from "./theme";

/** Nothing is ever notified before a person has done something: the list comes after the page. */
const Notifications = lazyPart(() => import("@mantine/notifications").then((m) => m.Notifications));

export function AppProviders({ children }: { children: ReactNode }) {
  return (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariablesResolver} defaultColorScheme="auto">
      <ApiProvider>
        <Notifications position="top-center" autoClose={6000} limit={3} containerWidth={420} />
        <Watches />
        <ReaderTimeZoneProvider>{children}</ReaderTimeZoneProvider>
      </ApiProvider>
    </MantineProvider>
  );
}

/** Apart from what it watches for: nothing of it is drawn again. */
function Watches() {
  useSessionOfOtherTabs();
  usePreparedSigning();
  useEarlyBack();
  return null;
}
