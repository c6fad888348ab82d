"use client";

import { Button, Skeleton } from "@mantine/core";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { FollowedList } from "../follow/followed-list";
import { useSession } from "../lib/session";
import { AvatarCard } from "../picture/avatar-card";
import { ErrorPanel, StatePanel } from "../ui/state-panel";
import { AboutCard } from "./about-card";
import classes from "./account-page.module.css";
import { AnchorCard } from "./anchor-card";
import { NicknameCard } from "./nickname-card";
import { OwnTagsCard } from "./own-tags-card";
import { PhoneCard } from "./phone-card";
import { PrivacyCard } from "./privacy-card";
import { SecondFactorCard } from "./second-factor-card";
import { SessionList } from "./session-list";

/** Whom I follow, how I am called and what I say of myself, my phone number, and where I am signed in. */
export function AccountPage() {
  const t = useTranslations("account");
  const follow = useTranslations("follow");
  const { me, error, refresh } = useSession();
  if (me === undefined) return <Skeleton height={180} radius="xl" />;
  if (error && me === null) return <ErrorPanel error={error} onRetry={() => void refresh()} />;
  if (me === null || me.role === "guest") {
    return (
      <StatePanel
        title={t("signInTitle")}
        headingLevel={1}
        testId="account-sign-in"
        action={
          <Button component={Link} href="/login?next=/account">
            {t("signIn")}
          </Button>
        }
      >
        {t("signInText")}
      </StatePanel>
    );
  }
  return (
    <div className={`${classes.page} thumbs`}>
      <h1 className={classes.title}>{t("title")}</h1>
      <section className={classes.card} aria-labelledby="followed-title">
        <h2 id="followed-title" className={classes.heading}>
          {follow("title")}
        </h2>
        <FollowedList />
      </section>
      <NicknameCard nickname={me.nickname} />
      <AvatarCard me={me} />
      <PhoneCard />
      <AboutCard />
      <OwnTagsCard />
      <PrivacyCard givesAnonymously={me.givesAnonymously} />
      {me.role === "viewer" ? <AnchorCard /> : null}
      {me.role === "operator" ? <SecondFactorCard /> : null}
      <SessionList />
    </div>
  );
}
