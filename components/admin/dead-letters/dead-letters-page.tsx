"use client";

import { NativeSelect } from "@mantine/core";
import { useRouter, useSearchParams } from "next/navigation";
import { useTranslations } from "next-intl";
import { Suspense } from "react";
import type { DeadLetterKind, DeadLetterStatus } from "@/domain/contracts/dead-letters";
import { choicesOf } from "../../lib/choices";
import admin from "../admin.module.css";
import { DeadLetterCard } from "./dead-letter-card";
import { type DeadLetterFilter, DeadLetterList } from "./dead-letter-list";
import classes from "./dead-letters.module.css";

const KINDS = choicesOf<DeadLetterKind>({ gift: true, claim: true });
const STATUSES = choicesOf<DeadLetterStatus>({
  open: true,
  requeued: true,
  credited: true,
  refunded: true,
  dismissed: true,
});

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
  const filter: DeadLetterFilter = {
    kind: KINDS.find(params.get("kind")),
    status: STATUSES.find(params.get("status") ?? "open"),
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
