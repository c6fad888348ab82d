"use client";

import { Skeleton } from "@mantine/core";
import Link from "next/link";
import { usePathname, useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { type ReactNode, useEffect } from "react";
import { ATTENTION_COUNTED_MAX } from "@/domain/rules/attention";
import { lazyPart } from "../lib/lazy-part";
import { useSession } from "../lib/session";
import { ActionLink } from "../ui/action";
import { LinkWaits } from "../ui/link-waits";
import { PageShell } from "../ui/page-shell";
import { ErrorPanel, StatePanel } from "../ui/state-panel";
import { ADMIN_NAV, isCurrentPlace } from "./admin-nav";
import classes from "./admin-shell.module.css";
import { AttentionBanner } from "./attention-banner";
import { useAttention } from "./use-attention";

const FactorGate = lazyPart(() => import("../second-factor/factor-gate").then((m) => m.FactorGate));

/** Where the alarms themselves are. */
const ALARMS_HREF = "/admin/alarms";

/** The dashboard's frame. Who is signed out signs in and comes back; everybody else hears that it is for operators. */
export function AdminShell({ children }: { children: ReactNode }) {
  const { me, error, refresh } = useSession();
  const pathname = usePathname();
  if (me === undefined) {
    return (
      <PageShell wide>
        <Skeleton height={420} radius="lg" />
      </PageShell>
    );
  }
  if (error && me === null) {
    return (
      <PageShell wide>
        <ErrorPanel error={error} onRetry={() => void refresh()} />
      </PageShell>
    );
  }
  if (me?.pendingFactor) {
    return (
      <PageShell>
        <FactorGate pending={me.pendingFactor} />
      </PageShell>
    );
  }
  if (me === null || me.role === "guest") return <ToSignIn />;
  if (me.role !== "operator") return <OperatorsOnly />;
  return (
    <PageShell wide>
      <div className={classes.frame}>
        <AdminNav />
        <div className={`${classes.content} thumbs`}>
          {isCurrentPlace(ALARMS_HREF, pathname) ? null : <AttentionBanner />}
          {children}
        </div>
      </div>
    </PageShell>
  );
}

function ToSignIn() {
  const router = useRouter();
  useEffect(() => {
    const { pathname, search } = window.location;
    router.replace(`/login?next=${encodeURIComponent(pathname + search)}`);
  }, [router]);
  return (
    <PageShell wide>
      <Skeleton height={420} radius="lg" />
    </PageShell>
  );
}

function OperatorsOnly() {
  const t = useTranslations("admin");
  const notFound = useTranslations("notFound");
  return (
    <PageShell>
      <StatePanel
        title={t("operatorsOnly")}
        headingLevel={1}
        testId="operators-only"
        action={<ActionLink href="/">{notFound("toLobby")}</ActionLink>}
      >
        {t("operatorsOnlyText")}
      </StatePanel>
    </PageShell>
  );
}

function AdminNav() {
  const t = useTranslations("admin");
  const pathname = usePathname();
  const attention = useAttention();
  return (
    <nav className={classes.nav} aria-label={t("sections")}>
      {ADMIN_NAV.map((place) => {
        const { href, key, icon: Icon } = place;
        const isCurrent = isCurrentPlace(href, pathname);
        const waiting = ("attention" in place && attention?.[place.attention]) || 0;
        return (
          <Link
            key={href}
            href={href}
            ref={isCurrent ? centreInStrip : undefined}
            className={classes.link}
            aria-current={isCurrent ? "page" : undefined}
          >
            <Icon size={18} aria-hidden />
            {t(key)}
            {waiting > 0 ? (
              <span className={classes.badge} data-testid={`attention-${href}`}>
                {waiting < ATTENTION_COUNTED_MAX ? waiting : `${ATTENTION_COUNTED_MAX - 1}+`}
              </span>
            ) : null}
            <LinkWaits />
          </Link>
        );
      })}
    </nav>
  );
}

/** On a phone the sections are a strip that is wider than the screen. */
function centreInStrip(link: HTMLAnchorElement | null): void {
  const strip = link?.parentElement;
  if (!link || !strip) return;
  const [outer, inner] = [strip.getBoundingClientRect(), link.getBoundingClientRect()];
  strip.scrollLeft += inner.left + inner.width / 2 - (outer.left + outer.width / 2);
}
