"use client";

import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import type { OpsOverview, QueueState } from "@/domain/contracts/ops";
import { useTRPC } from "../../lib/trpc";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { ErrorPanel } from "../../ui/state-panel";
import classes from "../admin.module.css";

const REFRESH_MS = 5_000;
/** A gift is settled within seconds; more than this waiting is worth a look. */
const LAG_GIFTS_CALM = 1_000;

/** The places of the figures, kept until they are known. */
const FIGURES = 5;
const FIGURE_PX = 118;

type Mood = "good" | "bad" | undefined;

/** Lag of queue and settlement, and what the last reconciliation said. */
export function KeyFigures() {
  const t = useTranslations("admin");
  const trpc = useTRPC();
  const { data, error, refetch } = useQuery(
    trpc.ops.overview.queryOptions(undefined, { refetchInterval: REFRESH_MS }),
  );
  if (error && !data) return <ErrorPanel error={error} onRetry={() => void refetch()} />;
  if (!data) {
    return (
      <div className={classes.tiles} role="status" aria-label={t("loading")}>
        {Array.from({ length: FIGURES }, (_, i) => (
          <Skeleton key={i} height={FIGURE_PX} radius="lg" />
        ))}
      </div>
    );
  }
  return (
    <div className={`${classes.tiles} numeric`} data-testid="key-figures">
      <QueueFigure label={t("queue")} queue={data.queue} />
      <QueueFigure label={t("claimQueue")} queue={data.claims} />
      <SettlementFigure settlement={data.settlement} />
      <WithdrawalFigure withdrawals={data.withdrawals} />
      <ReconciliationFigure run={data.reconciliation} />
    </div>
  );
}

function QueueFigure({ label, queue }: { label: string; queue: QueueState | null }) {
  const t = useTranslations("admin");
  const formats = useLocaleFormats();
  return (
    <Figure
      label={label}
      value={queue ? formats.coins(queue.waiting) : t("unknown")}
      mood={queue?.deadLetters ? "bad" : undefined}
      href={queue?.deadLetters ? "/admin/dead-letters" : undefined}
    >
      {queue ? t("queueNote", { oldest: Math.round(queue.oldestMs / 1000), dead: queue.deadLetters }) : null}
    </Figure>
  );
}

function SettlementFigure({ settlement }: { settlement: OpsOverview["settlement"] }) {
  const t = useTranslations("admin");
  const formats = useLocaleFormats();
  const isLate = (settlement?.lagGifts ?? 0) > LAG_GIFTS_CALM;
  return (
    <Figure
      label={t("settlementLag")}
      value={settlement ? formats.coins(settlement.lagGifts) : t("unknown")}
      mood={isLate ? "bad" : undefined}
    >
      {settlement ? t("settlementNote", { paid: settlement.paidGifts }) : null}
    </Figure>
  );
}

function WithdrawalFigure({ withdrawals }: { withdrawals: OpsOverview["withdrawals"] }) {
  const t = useTranslations("admin");
  const formats = useLocaleFormats();
  return (
    <Figure
      label={t("withdrawalsWaiting")}
      value={withdrawals ? formats.coins(withdrawals.requested) : t("unknown")}
      mood={withdrawals?.stuck ? "bad" : undefined}
      href="/admin/finance?tab=withdrawals"
    >
      {withdrawals ? t("withdrawalsNote", { paying: withdrawals.paying, stuck: withdrawals.stuck }) : null}
    </Figure>
  );
}

function ReconciliationFigure({ run }: { run: OpsOverview["reconciliation"] }) {
  const t = useTranslations("admin");
  const formats = useLocaleFormats();
  const value = !run
    ? t("never")
    : run.status === "failed"
      ? t("failed")
      : t("differences", { count: run.differences });
  return (
    <Figure
      label={t("lastReconciliation")}
      value={value}
      mood={!run ? undefined : run.status === "clean" ? "good" : "bad"}
      href="/admin/finance?tab=reconciliation"
    >
      {run ? formats.dateTime(run.endedAt ?? run.startedAt) : null}
    </Figure>
  );
}

function Figure({
  label,
  value,
  mood,
  href,
  children,
}: {
  label: string;
  value: string;
  mood: Mood;
  href?: string;
  children: ReactNode;
}) {
  const content = (
    <>
      <span className={classes.tileLabel}>{label}</span>
      <span className={`${classes.tileValue} ${mood ? classes[mood] : ""}`}>{value}</span>
      <span className={classes.tileNote}>{children}</span>
    </>
  );
  return href ? (
    <Link href={href} className={classes.tile}>
      {content}
    </Link>
  ) : (
    <div className={classes.tile}>{content}</div>
  );
}
