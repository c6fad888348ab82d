"use client";

import { IconLogin2, IconLogout, IconVideo } from "@tabler/icons-react";
import Link from "next/link";
import { usePathname, useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useSession } from "../lib/session";
import { Brand } from "./brand";
import { HeaderBalance } from "./header-balance";
import { PersonAvatar } from "./person-avatar";
import { ColorSchemeSwitch, LanguageSwitch } from "./preference-switches";
import classes from "./site-header.module.css";

export function SiteHeader() {
  const t = useTranslations("nav");
  const pathname = usePathname();
  const { me } = useSession();
  const isAnchor = me?.role === "anchor";
  return (
    <header className={classes.header}>
      <div className={classes.inner}>
        <Link href="/" className={classes.brand} aria-label={t("home")}>
          <Brand />
        </Link>
        <nav className={classes.nav} aria-label={t("main")}>
          <Link href="/" className={classes.link} aria-current={pathname === "/" ? "page" : undefined}>
            {t("live")}
          </Link>
          {isAnchor ? (
            <Link
              href="/studio"
              className={classes.link}
              aria-current={pathname.startsWith("/studio") ? "page" : undefined}
            >
              <IconVideo size={18} aria-hidden />
              {t("studio")}
            </Link>
          ) : null}
        </nav>
        <div className={classes.tools}>
          {me && me.role !== "guest" ? <HeaderBalance /> : null}
          <LanguageSwitch />
          <ColorSchemeSwitch />
          <Account />
        </div>
      </div>
    </header>
  );
}

function Account() {
  const t = useTranslations("nav");
  const router = useRouter();
  const pathname = usePathname();
  const { me, refresh } = useSession();
  if (me === undefined) return <span className={classes.placeholder} />;
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
    const { authClient } = await import("../lib/auth-client");
    await authClient.signOut();
    await refresh();
    router.push("/");
  }
  return (
    <span className={classes.account}>
      <PersonAvatar userId={me.userId} nickname={me.nickname} avatarUrl={me.avatarUrl} size={32} />
      <span className={classes.nickname} data-testid="my-nickname">
        {me.nickname}
      </span>
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
