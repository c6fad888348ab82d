"use client";

import { NativeSelect } from "@mantine/core";
import { useRouter, useSearchParams } from "next/navigation";
import { useTranslations } from "next-intl";
import { Suspense } from "react";
import { DeadLetterKind, DeadLetterStatus } from "@/server/contracts/dead-letters";
import admin from "../admin.module.css";
import { DeadLetterCard } from "./dead-letter-card";
import { type DeadLetterFilter, DeadLetterList } from "./dead-letter-list";
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
      <Suspense>
        <DeadLetters />
      </Suspense>
    </>
  );
}

/** What is shown stands in the address, so that an alarm's link leads to it. Open ones come first. */
function DeadLetters() {
  const t = useTranslations("admin.deadLetters");
  const router = useRouter();
  const params = useSearchParams();
  const kind = DeadLetterKind.safeParse(params.get("kind"));
  const status = DeadLetterStatus.safeParse(params.get("status") ?? "open");
  const filter: DeadLetterFilter = {
    kind: kind.success ? kind.data : undefined,
    status: status.success ? status.data : undefined,
  };
  const shownId = params.get("id");
  const go = (next: DeadLetterFilter, id: string | null) => {
    const query = new URLSearchParams({ status: next.status ?? "all" });
    if (next.kind) query.set("kind", next.kind);
    if (id) query.set("id", id);
    router.replace(`/admin/dead-letters?${query}`, { scroll: false });
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
              ...DeadLetterStatus.options.map((value) => ({ value, label: t(`statuses.${value}`) })),
            ]}
            onChange={(event) => {
              const next = DeadLetterStatus.safeParse(event.currentTarget.value);
              go({ ...filter, status: next.data }, null);
            }}
            data-testid="dead-letters-status"
          />
          <NativeSelect
            label={t("kind")}
            value={filter.kind ?? ""}
            data={[
              { value: "", label: t("all") },
              ...DeadLetterKind.options.map((value) => ({ value, label: t(`kinds.${value}`) })),
            ]}
            onChange={(event) => {
              const next = DeadLetterKind.safeParse(event.currentTarget.value);
              go({ ...filter, kind: next.data }, null);
            }}
            data-testid="dead-letters-kind"
          />
        </search>
        <DeadLetterList filter={filter} shownId={shownId} onShow={(id) => go(filter, id)} />
      </section>
    </>
  );
}
