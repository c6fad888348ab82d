"use client";

import { Button, Skeleton } from "@mantine/core";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { useSession } from "../lib/session";
import { LinkWaits } from "../ui/link-waits";
import { ErrorPanel, StatePanel } from "../ui/state-panel";
import classes from "./studio-gate.module.css";

interface Anchor {
  userId: string;
  nickname: string;
}

/** Lets anchors through and tells everybody else what this place is. */
export function StudioGate({ children }: { children: (anchor: Anchor) => ReactNode }) {
  const t = useTranslations("studio");
  const pathname = usePathname();
  const { me, error, refresh } = useSession();
  if (me === undefined) return <Skeleton height="100dvh" radius="lg" />;
  if (error && me === null) return <ErrorPanel error={error} onRetry={() => void refresh()} />;
  if (me === null || me.role === "guest") {
    return (
      <StatePanel
        title={t("signInTitle")}
        headingLevel={1}
        testId="studio-sign-in"
        action={
          <Button component={Link} href="/login?next=%2Fstudio">
            {t("signIn")}
          </Button>
        }
      >
        {t("signInText")}
      </StatePanel>
    );
  }
  if (me.role !== "anchor") {
    return (
      <StatePanel
        title={t("notAnchorTitle")}
        headingLevel={1}
        testId="studio-not-anchor"
        action={
          me.role === "viewer" ? (
            <Button component={Link} href="/account#anchor">
              {t("apply")}
            </Button>
          ) : (
            <Button component={Link} href="/" variant="default">
              {t("toLobby")}
            </Button>
          )
        }
      >
        {t("notAnchorText")}
      </StatePanel>
    );
  }
  return (
    <>
      <nav className={classes.tabs} aria-label={t("sections")}>
        <Link href="/studio" aria-current={pathname === "/studio" ? "page" : undefined}>
          {t("liveDesk")}
          <LinkWaits />
        </Link>
        <Link href="/studio/audience" aria-current={pathname === "/studio/audience" ? "page" : undefined}>
          {t("audience")}
          <LinkWaits />
        </Link>
        <Link href="/studio/earnings" aria-current={pathname === "/studio/earnings" ? "page" : undefined}>
          {t("earnings")}
          <LinkWaits />
        </Link>
      </nav>
      {children(me)}
    </>
  );
}
