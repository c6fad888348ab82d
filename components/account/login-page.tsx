"use client";

import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { useRefreshSession } from "../lib/session";
import { BrandMark } from "../ui/brand";
import { CoverArt } from "../ui/cover-art";
import { CodeStep } from "./code-step";
import classes from "./login-page.module.css";
import { PhoneStep } from "./phone-step";

/** Signs in by phone and one-time code, or goes on as a guest; then back to where the person came from. */
export function LoginPage({ next }: { next: string }) {
  const t = useTranslations("login");
  const router = useRouter();
  const refresh = useRefreshSession();
  const [phone, setPhone] = useState<string | null>(null);

  async function done() {
    await refresh();
    router.replace(next);
  }

  return (
    <div className={classes.layout}>
      <div className={classes.picture} aria-hidden>
        <CoverArt seed="downpour-sign-in" className={classes.art} />
        <div className={classes.words}>
          <BrandMark size={54} />
          <p className={classes.motto}>{t("motto")}</p>
        </div>
      </div>
      <div className={classes.card}>
        <h1 className={classes.title}>{phone === null ? t("title") : t("codeTitle")}</h1>
        {phone === null ? (
          <PhoneStep onSent={setPhone} onGuest={done} />
        ) : (
          <CodeStep phone={phone} onVerified={done} onBack={() => setPhone(null)} />
        )}
      </div>
    </div>
  );
}
