"use client";

import { useTranslations } from "next-intl";
import { ErrorPanel } from "../../ui/state-panel";
import classes from "../admin.module.css";
import { CrowdSection } from "./crowd-section";
import { LiveSection } from "./live-section";
import { ReportSection } from "./report-section";
import { RunSection } from "./run-section";
import { useSimulator } from "./use-simulator";

/** A crowd, runs of it, and what they show, live and afterwards. */
export function SimulatorPage() {
  const t = useTranslations("adminSimulator");
  const { status, samples, error, refetch } = useSimulator();
  const [run] = status?.runs ?? [];
  return (
    <>
      <div className={classes.pageHead}>
        <h1 className={classes.title}>{t("title")}</h1>
        <p className={classes.hint}>{t("text")}</p>
      </div>
      {error && !status ? <ErrorPanel error={error} onRetry={() => void refetch()} /> : null}
      <CrowdSection
        crowd={status?.crowd ?? null}
        isKnown={status !== undefined}
        isBusy={isOpen(run?.status)}
      />
      <RunSection run={run} isReady={status?.crowd?.status === "ready"} />
      {samples.length > 0 ? <LiveSection samples={samples} /> : null}
      {run?.report ? <ReportSection report={run.report} /> : null}
    </>
  );
}

const isOpen = (status: string | undefined) => status === "ordered" || status === "running";
