"use client";

import { useTranslations } from "next-intl";
import classes from "../admin.module.css";
import { IpBlocksCard } from "./ip-blocks-card";
import { LimitsCard } from "./limits-card";
import { MediaHostsCard } from "./media-hosts-card";
import { PhoneChangeCard } from "./phone-change-card";
import { RetentionCard } from "./retention-card";

export function SecurityPage() {
  const t = useTranslations("adminSecurity");
  return (
    <>
      <div className={classes.pageHead}>
        <h1 className={classes.title}>{t("title")}</h1>
        <p className={classes.hint}>{t("text")}</p>
      </div>
      <IpBlocksCard />
      <LimitsCard />
      <MediaHostsCard />
      <PhoneChangeCard />
      <RetentionCard />
    </>
  );
}
