"use client";

import { Button, NumberInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { v7 as uuidv7 } from "uuid";
import type { SimulatorRun } from "@/domain/contracts/simulator";
import { useTRPC } from "../../lib/trpc";
import classes from "../admin.module.css";
import own from "./simulator.module.css";
import { SteerDialog } from "./steer-dialog";
import { useCount } from "./use-count";

const RATE_MAX = 20_000;
const MINUTES_MAX = 1_440;
const PHASES = [
  "gathering",
  "opening",
  "coming",
  "sending",
  "settling",
  "closing",
  "comparing",
  "auditing",
] as const;

/** Starts, steers and stops. */
export function RunSection({ run, isReady }: { run: SimulatorRun | undefined; isReady: boolean }) {
  const t = useTranslations("adminSimulator");
  const count = useCount();
  const [asking, setAsking] = useState<"start" | "rate" | "stop" | null>(null);
  const isOpen = run?.status === "ordered" || run?.status === "running";
  const phase = PHASES.find((one) => one === run?.phase);
  return (
    <section className={classes.card} aria-labelledby="simulator-run-title">
      <div className={classes.cardHead}>
        <h2 id="simulator-run-title" className={classes.cardTitle}>
          {t("run")}
        </h2>
        <div className={own.buttons}>
          <Button
            size="compact-sm"
            disabled={!isReady || isOpen}
            onClick={() => setAsking("start")}
            data-testid="simulator-start"
          >
            {t("start")}
          </Button>
          <Button
            size="compact-sm"
            variant="default"
            disabled={!isOpen}
            onClick={() => setAsking("rate")}
            data-testid="simulator-rate"
          >
            {t("changeRate")}
          </Button>
          <Button
            size="compact-sm"
            variant="default"
            disabled={!isOpen || run.isStopAsked}
            onClick={() => setAsking("stop")}
            data-testid="simulator-stop"
          >
            {t("stop")}
          </Button>
        </div>
      </div>
      <p className={classes.hint} role="status" data-testid="simulator-run">
        {run
          ? [
              t(`runStates.${run.isStopAsked && isOpen ? "stopping" : run.status}`),
              phase && t(`phases.${phase}`),
              t("plan", { perSecond: count(run.giftsPerSecond), minutes: count(run.minutes) }),
            ]
              .filter(Boolean)
              .join(" · ")
          : t(isReady ? "noRun" : "noRunYet")}
      </p>
      {run?.fault ? <p className={classes.bad}>{run.fault}</p> : null}
      {asking === "start" ? <StartDialog onClose={() => setAsking(null)} /> : null}
      {asking === "rate" && run ? <RateDialog run={run} onClose={() => setAsking(null)} /> : null}
      {asking === "stop" ? <StopDialog onClose={() => setAsking(null)} /> : null}
    </section>
  );
}

function StartDialog({ onClose }: { onClose: () => void }) {
  const t = useTranslations("adminSimulator");
  const trpc = useTRPC();
  // One intent, however often it is sent.
  const [runId] = useState(() => uuidv7());
  const [plan, setPlan] = useState({ giftsPerSecond: 50, minutes: 2 });
  const mutation = useMutation(trpc.simulator.start.mutationOptions());
  return (
    <SteerDialog
      title={t("start")}
      confirm={t("start")}
      mutation={mutation}
      toInput={(reason) => ({ runId, ...plan, reason })}
      onClose={onClose}
    >
      <p className={classes.hint}>{t("startText")}</p>
      <div className={own.form}>
        <RateInput
          value={plan.giftsPerSecond}
          onChange={(giftsPerSecond) => setPlan({ ...plan, giftsPerSecond })}
        />
        <NumberInput
          label={t("minutes")}
          value={plan.minutes}
          min={0.1}
          max={MINUTES_MAX}
          clampBehavior="strict"
          onChange={(value) => setPlan({ ...plan, minutes: Number(value) })}
          data-testid="simulator-minutes"
        />
      </div>
    </SteerDialog>
  );
}

function RateDialog({ run, onClose }: { run: SimulatorRun; onClose: () => void }) {
  const t = useTranslations("adminSimulator");
  const trpc = useTRPC();
  const [giftsPerSecond, setRate] = useState(run.giftsPerSecond);
  const mutation = useMutation(trpc.simulator.setRate.mutationOptions());
  return (
    <SteerDialog
      title={t("changeRate")}
      confirm={t("changeRate")}
      mutation={mutation}
      toInput={(reason) => ({ runId: run.runId, giftsPerSecond, reason })}
      onClose={onClose}
    >
      <RateInput value={giftsPerSecond} onChange={setRate} />
    </SteerDialog>
  );
}

function RateInput({ value, onChange }: { value: number; onChange: (value: number) => void }) {
  const t = useTranslations("adminSimulator");
  return (
    <NumberInput
      label={t("giftsPerSecond")}
      value={value}
      min={0.1}
      max={RATE_MAX}
      clampBehavior="strict"
      onChange={(next) => onChange(Number(next))}
      data-testid="simulator-gifts"
    />
  );
}

function StopDialog({ onClose }: { onClose: () => void }) {
  const t = useTranslations("adminSimulator");
  const trpc = useTRPC();
  const mutation = useMutation(trpc.simulator.stop.mutationOptions());
  return (
    <SteerDialog
      title={t("stop")}
      confirm={t("stop")}
      danger
      mutation={mutation}
      toInput={(reason) => ({ reason })}
      onClose={onClose}
    >
      <p className={classes.hint}>{t("stopText")}</p>
    </SteerDialog>
  );
}
