"use client";

import { Skeleton } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { RECONCILIATION_JOB } from "@/domain/contracts/reconciliation";
import { useTRPC } from "../../lib/trpc";
import { ErrorPanel } from "../../ui/state-panel";
import { ReasonDialog } from "../reason-dialog";
import { CheckList } from "./check-list";
import { DifferenceList } from "./difference-list";
import classes from "./reconciliation.module.css";
import { RunHistory } from "./run-history";
import { RunState } from "./run-state";

const IDLE_MS = 10_000;
const RUNNING_MS = 700;

/** The comparison of everything with everything: what it came to, what it looked at, and what does not agree. */
export function ReconciliationPanel() {
  const t = useTranslations("reconciliation");
  const trpc = useTRPC();
  const [shownRunId, setShownRunId] = useState<string>();
  /** The newest run when one was asked for; the next one is it. */
  const [askedAfter, setAskedAfter] = useState<string>();
  const [isAsking, setAsking] = useState(false);
  const view = useQuery(
    trpc.finance.reconciliation.queryOptions(
      { runId: shownRunId },
      {
        placeholderData: (before) => before,
        refetchInterval: ({ state: { data } }) =>
          data?.running || askedAfter === newestOf(data) ? RUNNING_MS : IDLE_MS,
      },
    ),
  );
  const run = useMutation(
    trpc.ops.runJob.mutationOptions({
      onSuccess: () => {
        setAsking(false);
        setShownRunId(undefined);
        setAskedAfter(newestOf(view.data));
        void view.refetch();
      },
    }),
  );
  if (view.error && !view.data) return <ErrorPanel error={view.error} onRetry={() => void view.refetch()} />;
  if (!view.data) return <Skeleton height={320} radius="lg" aria-label={t("loading")} />;
  const { data } = view;
  const isWaiting = run.isPending || !!data.running || askedAfter === newestOf(data);
  return (
    <div className={classes.panel} data-testid="reconciliation">
      <RunState run={data.run} running={data.running} isWaiting={isWaiting} onRun={() => setAsking(true)} />
      {isAsking ? (
        <ReasonDialog
          title={t("runTitle")}
          confirm={t("runNow")}
          isPending={run.isPending}
          error={run.error}
          onConfirm={(reason) => run.mutate({ name: RECONCILIATION_JOB, reason })}
          onClose={() => setAsking(false)}
        >
          <p className={classes.stateNote}>{t("runText")}</p>
        </ReasonDialog>
      ) : null}
      {data.differences.length > 0 ? <DifferenceList differences={data.differences} /> : null}
      <div className={classes.columns}>
        <CheckList run={data.running ?? data.run} isRunning={!!data.running} />
        <RunHistory
          runs={data.history}
          shownRunId={data.run?.runId}
          onShow={(runId) => setShownRunId(runId === data.history[0]?.runId ? undefined : runId)}
        />
      </div>
    </div>
  );
}

/** "none" before the first run ever. */
function newestOf(data: { history: { runId: string }[] } | undefined): string {
  return data?.history[0]?.runId ?? "none";
}
