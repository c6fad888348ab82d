"use client";

import { NativeSelect } from "@mantine/core";
import { useSearchParams } from "next/navigation";
import { useTranslations } from "next-intl";
import { useChangeAddress } from "../../lib/use-address";
import admin from "../admin.module.css";
import { DeadLetterCard } from "./dead-letter-card";
import {
  type DeadLetterFilter,
  KINDS,
  readDeadLetterFilter,
  STATUSES,
  toAddress,
} from "./dead-letter-filter";
import { DeadLetterList } from "./dead-letter-list";
import classes from "./dead-letters.module.css";

/** What the queues gave up or set apart, and what becomes of it. */
export function DeadLettersPage() {
  const t = useTranslations("admin.deadLetters");
  return (
    <>
      <div className={admin.pageHead}>
        <h1 className={admin.title}>{t("title")}</h1>
        <p className={admin.hint}>{t("titleText")}</p>
      </div>
      <DeadLetters />
    </>
  );
}

/** What is shown stands in the address, so that an alarm's link leads to it. Open ones come first. */
function DeadLetters() {
  const t = useTranslations("admin.deadLetters");
  const changeAddress = useChangeAddress();
  const params = useSearchParams();
  const filter = readDeadLetterFilter(params);
  const shownId = params.get("id");
  const go = (next: DeadLetterFilter, id: string | null) => {
    changeAddress(toAddress(filter, shownId), toAddress(next, id));
  };
  return (
    <>
      {shownId ? (
        <DeadLetterCard key={shownId} deadLetterId={shownId} onClose={() => go(filter, null)} />
      ) : null}
      <section className={admin.card} aria-label={t("title")}>
        <search className={classes.filters}>
          <NativeSelect
            label={t("status")}
            value={filter.status ?? ""}
            data={[
              { value: "", label: t("all") },
              ...STATUSES.all.map((value) => ({ value, label: t(`statuses.${value}`) })),
            ]}
            onChange={(event) => go({ ...filter, status: STATUSES.find(event.currentTarget.value) }, null)}
            data-testid="dead-letters-status"
          />
          <NativeSelect
            label={t("kind")}
            value={filter.kind ?? ""}
            data={[
              { value: "", label: t("all") },
              ...KINDS.all.map((value) => ({ value, label: t(`kinds.${value}`) })),
            ]}
            onChange={(event) => go({ ...filter, kind: KINDS.find(event.currentTarget.value) }, null)}
            data-testid="dead-letters-kind"
          />
        </search>
        <DeadLetterList filter={filter} shownId={shownId} onShow={(id) => go(filter, id)} />
      </section>
    </>
  );
}
