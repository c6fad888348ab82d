"use client";

import { IconLayoutDashboard, IconLogin2, IconLogout, IconVideo } from "@tabler/icons-react";
import Link from "next/link";
import { usePathname, useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { memo } from "react";
import type { Role } from "@/domain/contracts/ids";
import { askAuth } from "../lib/ask-auth";
import { lazyPart } from "../lib/lazy-part";
import { useSession } from "../lib/session";
import { Brand } from "./brand";
import { HeaderBalance } from "./header-balance";
import { LinkWaits } from "./link-waits";
import { PersonAvatar } from "./person-avatar";
import { ColorSchemeSwitch, LanguageSwitch } from "./preference-switches";
import classes from "./site-header.module.css";
import { useNotifyError } from "./use-notify-error";

/** Where those who work here do their work. */
const DESKS: Partial<Record<Role, { href: string; key: "studio" | "admin"; icon: typeof IconVideo }>> = {
  anchor: { href: "/studio", key: "studio", icon: IconVideo },
  operator: { href: "/admin", key: "admin", icon: IconLayoutDashboard },
};

const FollowNews = lazyPart(() => import("../follow/follow-news").then((m) => m.FollowNews));

export const SiteHeader = memo(function SiteHeader() {
  const t = useTranslations("nav");
  const pathname = usePathname();
  const { me } = useSession();
  const desk = me && DESKS[me.role];
  return (
    <header className={classes.header}>
      {me && me.role !== "guest" && me.role !== "operator" ? <FollowNews userId={me.userId} /> : null}
      <div className={classes.inner}>
        <Link href="/" className={classes.brand} aria-label={t("home")}>
          <Brand />
        </Link>
        <nav className={classes.nav} aria-label={t("main")}>
          <Link href="/" className={classes.link} aria-current={pathname === "/" ? "page" : undefined}>
            {t("live")}
            <LinkWaits />
          </Link>
          {desk ? (
            <Link
              href={desk.href}
              className={classes.link}
              aria-current={pathname.startsWith(desk.href) ? "page" : undefined}
            >
              <desk.icon size={18} aria-hidden />
              {t(desk.key)}
              <LinkWaits />
            </Link>
          ) : null}
        </nav>
        <div className={classes.tools}>
          {me && me.role !== "guest" && me.role !== "operator" ? <HeaderBalance /> : null}
          <LanguageSwitch />
          <ColorSchemeSwitch />
          <Account />
        </div>
      </div>
    </header>
  );
});

function Account() {
  const t = useTranslations("nav");
  const router = useRouter();
  const pathname = usePathname();
  const { me, refresh } = useSession();
  const notifyError = useNotifyError();
  if (me === undefined) return <span className={classes.placeholder} />;
  if (me?.pendingFactor) {
    return (
      <Link href="/admin" className={classes.signIn} data-testid="finish-sign-in" prefetch={false}>
        <IconLogin2 size={18} aria-hidden />
        {t("finishSignIn")}
      </Link>
    );
  }
  if (me === null || me.role === "guest") {
    const back = pathname === "/login" ? "" : `?next=${encodeURIComponent(pathname)}`;
    return (
      <Link href={`/login${back}`} className={classes.signIn} data-testid="sign-in-link" prefetch={false}>
        <IconLogin2 size={18} aria-hidden />
        {t("signIn")}
      </Link>
    );
  }
  async function signOut() {
    const { error } = await askAuth((client) => client.signOut());
    if (error) return notifyError(error);
    await refresh();
    router.push("/");
  }
  return (
    <span className={classes.account}>
      <Link
        href="/account"
        className={classes.me}
        title={t("account")}
        prefetch={false}
        data-testid="account-link"
      >
        <PersonAvatar userId={me.userId} nickname={me.nickname} avatarUrl={me.avatarUrl} size={32} />
        <span className={classes.nickname} data-testid="my-nickname">
          {me.nickname}
        </span>
        <span className="visually-hidden">{t("account")}</span>
        <LinkWaits />
      </Link>
      <button
        type="button"
        className={classes.iconButton}
        aria-label={t("signOut")}
        title={t("signOut")}
        data-testid="sign-out"
        onClick={() => void signOut()}
      >
        <IconLogout size={19} aria-hidden />
      </button>
    </span>
  );
}
