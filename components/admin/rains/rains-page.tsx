"use client";

import { useSearchParams } from "next/navigation";
import { useTranslations } from "next-intl";
import { lazyPart } from "../../lib/lazy-part";
import { useChangeAddress } from "../../lib/use-address";
import classes from "../admin.module.css";
import { GrantList } from "./grant-list";
import { RainCard } from "./rain-card";
import { type RainFilter, readRainFilter, toAddress } from "./rain-filter";
import { RainFilterForm } from "./rain-filter-form";
import { RainList } from "./rain-list";

const RainPolicyCard = lazyPart(() => import("./rain-policy-card").then((m) => m.RainPolicyCard));

/** Every red-packet rain; grants that let anchors rain the platform's coins; the limits of all rains. */
export function RainsPage() {
  const t = useTranslations("admin");
  return (
    <>
      <div className={classes.pageHead}>
        <h1 className={classes.title}>{t("rains")}</h1>
        <p className={classes.hint}>{t("rainsText")}</p>
      </div>
      <Rains />
      <GrantList />
      <RainPolicyCard />
    </>
  );
}

/** What is searched and looked at stands in the address, so that a link leads to it. */
function Rains() {
  const t = useTranslations("adminRains");
  const changeAddress = useChangeAddress();
  const params = useSearchParams();
  const filter = readRainFilter(params);
  const rainId = params.get("rainId");
  const go = (next: RainFilter, shownId: string | null) => {
    changeAddress(toAddress(filter, rainId), toAddress(next, shownId));
  };
  return (
    <>
      {rainId ? <RainCard key={rainId} rainId={rainId} onClose={() => go(filter, null)} /> : null}
      <section className={classes.card} aria-labelledby="rains-title">
        <h2 id="rains-title" className={classes.cardTitle}>
          {t("listTitle")}
        </h2>
        <RainFilterForm filter={filter} onChange={(next) => go(next, rainId)} />
        <RainList filter={filter} shownId={rainId} onShow={(id) => go(filter, id)} />
      </section>
    </>
  );
}
