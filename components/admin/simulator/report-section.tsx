"use client";

import { useTranslations } from "next-intl";
import type { Percentiles, SimulatorReport } from "@/domain/contracts/simulator";
import classes from "../admin.module.css";
import own from "./simulator.module.css";
import { useCount } from "./use-count";

/** What the latest run came to. It prints as it stands. */
export function ReportSection({ report }: { report: SimulatorReport }) {
  const t = useTranslations("adminSimulator");
  const count = useCount();
  const { gifts, invalid, brokenInvariants, analyticsDifferences } = report;
  const times = (percentiles: Percentiles | null) =>
    percentiles
      ? t("percentiles", {
          usual: count(percentiles.p50Ms),
          most: count(percentiles.p99Ms),
          max: count(percentiles.maxMs),
        })
      : "–";
  const facts: [name: string, value: string][] = [
    ...(["intended", "sent", "accepted", "paid", "failed"] as const).map((name): [string, string] => [
      t(`columns.${name}`),
      count(gifts[name]),
    ]),
    [t("lost"), count(report.lost)],
    [t("twice"), count(report.twice)],
    [t("seen"), count(report.seen)],
    [t("answered"), times(report.answered)],
    [t("seenAfter"), times(report.seenAfter)],
    [t("ownLag"), times(report.ownLag)],
    [t("came"), count(report.came)],
    [t("columns.sockets"), count(report.sockets.open)],
    [t("full"), report.fullResource ?? t("nothingFull")],
    [t("audit"), toVerdict(brokenInvariants)],
    [t("analytics"), toVerdict(analyticsDifferences)],
  ];
  function toVerdict(faults: readonly unknown[] | null): string {
    if (faults === null) return "–";
    return faults.length === 0 ? t("holds") : t("differs", { count: faults.length });
  }
  const faults = [
    ...invalid,
    ...(brokenInvariants ?? []),
    ...(analyticsDifferences ?? []).map((one) => `${one.what}: ${one.simulator} ≠ ${one.product}`),
  ];
  return (
    <section className={classes.card} aria-labelledby="simulator-report-title">
      <div className={classes.cardHead}>
        <h2 id="simulator-report-title" className={classes.cardTitle}>
          {t("report")}
        </h2>
        <a
          href={`data:application/json;charset=utf-8,${encodeURIComponent(JSON.stringify(report, null, 2))}`}
          download="simulation.json"
        >
          JSON
        </a>
      </div>
      <p className={invalid.length > 0 ? classes.bad : classes.hint} data-testid="simulator-verdict">
        {t(invalid.length > 0 ? "isInvalid" : "isValid")}
      </p>
      {faults.length > 0 ? (
        <ul className={own.list}>
          {faults.map((fault) => (
            <li key={fault}>{fault}</li>
          ))}
        </ul>
      ) : null}
      <dl className={own.facts} data-testid="simulator-report">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
