"use client";

import { Button, Skeleton } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import type { DoctorFinding } from "@/domain/contracts/doctor";
import { useTRPC } from "../../lib/trpc";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { ErrorPanel } from "../../ui/state-panel";
import admin from "../admin.module.css";
import { ItemCard, ItemCards } from "../item-card";
import item from "../item-card.module.css";

const TONES = { fits: "good", warning: "waiting", fault: "bad" } as const;
const ORDER = { fault: 0, warning: 1, fits: 2 } as const;

/** Every assumption that the product rests on, tried just now, what is wrong first, each with what mends it. */
export function DoctorPage() {
  const t = useTranslations("adminDoctor");
  const formats = useLocaleFormats();
  const trpc = useTRPC();
  // It asks stores and other services: only when somebody wants it.
  const report = useQuery(
    trpc.ops.doctor.queryOptions(undefined, { refetchOnWindowFocus: false, retry: false }),
  );
  const findings = report.data?.findings.toSorted((a, b) => ORDER[a.outcome] - ORDER[b.outcome]);
  const faults = findings?.filter(({ outcome }) => outcome === "fault").length ?? 0;
  const warnings = findings?.filter(({ outcome }) => outcome === "warning").length ?? 0;
  return (
    <>
      <div className={admin.pageHead}>
        <h1 className={admin.title}>{t("title")}</h1>
        <p className={admin.hint}>{t("text")}</p>
      </div>
      <section className={admin.card} aria-label={t("title")} aria-busy={report.isFetching}>
        <div className={admin.cardHead}>
          <h2 className={admin.cardTitle} role="status" data-testid="doctor-sum">
            {findings ? t("sum", { faults, warnings }) : t("looking")}
          </h2>
          <Button
            variant="default"
            size="compact-md"
            leftSection={<IconRefresh size={16} aria-hidden />}
            loading={report.isFetching}
            onClick={() => void report.refetch()}
          >
            {t("again")}
          </Button>
        </div>
        {report.data ? (
          <p className={`${item.dim} numeric`}>
            <span>{t("lookedBy", { node: report.data.node, at: formats.fullDateTime(report.data.at) })}</span>
            <span>{t("yourAddress", { address: report.data.yourAddress })}</span>
          </p>
        ) : null}
        {findings ? (
          <ItemCards testId="doctor-findings">
            {findings.map((finding, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a check may find the same of two things; the list is replaced as a whole.
              <Finding key={i} finding={finding} />
            ))}
          </ItemCards>
        ) : report.error ? (
          <ErrorPanel error={report.error} onRetry={() => void report.refetch()} />
        ) : (
          <Skeleton height={420} radius="lg" />
        )}
      </section>
    </>
  );
}

function Finding({ finding: { check, outcome, problem, facts } }: { finding: DoctorFinding }) {
  const t = useTranslations("adminDoctor");
  return (
    <ItemCard
      tone={TONES[outcome]}
      title={t(`checks.${check}`)}
      aside={<span className={item.dim}>{t(`outcomes.${outcome}`)}</span>}
      itemProps={{ "data-testid": "doctor-finding", "data-check": check, "data-outcome": outcome }}
    >
      <p className={item.line}>
        {problem === null ? t(`fits.${check}`, facts) : t(`problems.${problem}.found`, facts)}
      </p>
      {problem === null ? null : (
        <p className={item.line}>
          <strong>{t("mend")}</strong> {t(`problems.${problem}.mend`, facts)}
        </p>
      )}
    </ItemCard>
  );
}
