"use client";

import { Button, NumberInput, Progress } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { SimulatedCrowd } from "@/domain/contracts/simulator";
import { useTRPC } from "../../lib/trpc";
import classes from "../admin.module.css";
import own from "./simulator.module.css";
import { SteerDialog } from "./steer-dialog";
import { useCount } from "./use-count";

const PEOPLE_MAX = 1_000_000;
const ANCHORS_MAX = 1_000;

interface CrowdSectionProps {
  crowd: SimulatedCrowd | null;
  isKnown: boolean;
  /** A run goes on. */
  isBusy: boolean;
}

/** The people that were made: how many, how far making or removing them is. */
export function CrowdSection({ crowd, isKnown, isBusy }: CrowdSectionProps) {
  const t = useTranslations("adminSimulator");
  const count = useCount();
  const [asking, setAsking] = useState<"prepare" | "remove" | null>(null);
  const isThere = crowd !== null && crowd.status !== "removed";
  const isMoving = isThere && ["ordered", "preparing", "removal_ordered", "removing"].includes(crowd.status);
  const all = crowd ? crowd.anchors + crowd.viewers + crowd.guests : 0;
  return (
    <section className={classes.card} aria-labelledby="simulator-crowd-title">
      <div className={classes.cardHead}>
        <h2 id="simulator-crowd-title" className={classes.cardTitle}>
          {t("crowd")}
        </h2>
        <div className={own.buttons}>
          <Button
            size="compact-sm"
            disabled={!isKnown || isThere}
            onClick={() => setAsking("prepare")}
            data-testid="simulator-prepare"
          >
            {t("prepare")}
          </Button>
          <Button
            size="compact-sm"
            variant="default"
            disabled={!isThere || isBusy || crowd.status === "preparing"}
            onClick={() => setAsking("remove")}
            data-testid="simulator-remove"
          >
            {t("remove")}
          </Button>
        </div>
      </div>
      <p
        className={classes.hint}
        role="status"
        data-testid="simulator-crowd"
        data-crowd={isKnown ? (crowd?.status ?? "none") : undefined}
      >
        {isThere ? t(`crowdStates.${crowd.status}`, { count: count(crowd.people) }) : t("noCrowd")}
      </p>
      {isMoving ? (
        <Progress value={all === 0 ? 0 : (crowd.people / all) * 100} aria-label={t("crowd")} />
      ) : null}
      {crowd?.fault ? <p className={classes.bad}>{crowd.fault}</p> : null}
      {isThere ? (
        <dl className={own.facts}>
          {(["anchors", "viewers", "guests", "seed"] as const).map((name) => (
            <div key={name}>
              <dt>{t(name)}</dt>
              <dd>{count(crowd[name])}</dd>
            </div>
          ))}
        </dl>
      ) : null}
      {asking === "prepare" ? <PrepareDialog onClose={() => setAsking(null)} /> : null}
      {asking === "remove" ? <RemoveDialog onClose={() => setAsking(null)} /> : null}
    </section>
  );
}

function PrepareDialog({ onClose }: { onClose: () => void }) {
  const t = useTranslations("adminSimulator");
  const trpc = useTRPC();
  const [size, setSize] = useState({ anchors: 100, viewers: 210_000, guests: 90_000 });
  const mutation = useMutation(trpc.simulator.prepare.mutationOptions());
  return (
    <SteerDialog
      title={t("prepare")}
      confirm={t("prepare")}
      mutation={mutation}
      toInput={(reason) => ({ ...size, reason })}
      onClose={onClose}
    >
      <p className={classes.hint}>{t("prepareText")}</p>
      <div className={own.form}>
        {(["anchors", "viewers", "guests"] as const).map((name) => (
          <NumberInput
            key={name}
            label={t(name)}
            value={size[name]}
            min={name === "guests" ? 0 : 1}
            max={name === "anchors" ? ANCHORS_MAX : PEOPLE_MAX}
            allowDecimal={false}
            thousandSeparator
            clampBehavior="strict"
            onChange={(value) => setSize({ ...size, [name]: Number(value) })}
            data-testid={`simulator-${name}`}
          />
        ))}
      </div>
    </SteerDialog>
  );
}

function RemoveDialog({ onClose }: { onClose: () => void }) {
  const t = useTranslations("adminSimulator");
  const trpc = useTRPC();
  const mutation = useMutation(trpc.simulator.remove.mutationOptions());
  return (
    <SteerDialog
      title={t("remove")}
      confirm={t("remove")}
      danger
      mutation={mutation}
      toInput={(reason) => ({ reason })}
      onClose={onClose}
    >
      <p className={classes.hint}>{t("removeText")}</p>
    </SteerDialog>
  );
}
