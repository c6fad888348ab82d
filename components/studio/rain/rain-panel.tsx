"use client";

import { Button, Skeleton } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useTranslations } from "next-intl";
import { useDeferredValue, useState } from "react";
import type { Rain } from "@/domain/contracts/rain";
import { lazyPart } from "../../lib/lazy-part";
import { RedPacket } from "../../rain/art/red-packet";
import { ErrorPanel } from "../../ui/state-panel";
import { useWalletPush } from "../../wallet/use-wallet-push";
import { FoldHint, FoldPanel } from "../fold-panel";
import { LiveStep } from "./live-step";
import { CreatedStep, PreparingStep } from "./prepare-step";
import shared from "./rain.module.css";
import { RainHistory } from "./rain-history";
import classes from "./rain-panel.module.css";
import { stepOf } from "./rain-progress";
import { RainStepper } from "./rain-stepper";
import { ReadyStep } from "./ready-step";
import { ResultStep } from "./result-step";
import { NEW_RAIN, useMyRains } from "./use-my-rains";
import { type RainSteps, useRain } from "./use-rain";

const RainForm = lazyPart(() => import("./rain-form").then((m) => m.RainForm), {
  loading: () => <Skeleton height={260} radius="md" />,
});

/** Red-packet rains from the plan to the result. Folded while there is none under way. */
export function RainPanel({ userId, putAwayId }: { userId: string; putAwayId: string | null }) {
  const t = useTranslations("rainStudio");
  const states = useTranslations("rainStates");
  useWalletPush(userId);
  const my = useMyRains(userId, putAwayId);
  const { shown, query } = my;
  const active = my.rains.find((rain) => rain.status !== "ended");
  const [opened, setOpened] = useState<boolean | null>(null);
  const isOpen = opened ?? (shown !== null && shown !== NEW_RAIN);
  // The toggle turns at once; what it unfolds is drawn in pieces.
  const isDrawn = useDeferredValue(isOpen) && isOpen;
  const planNew = () => {
    my.planNew();
    setOpened(true);
  };
  return (
    <FoldPanel
      name="rain"
      icon={<RedPacket height={24} />}
      title={t("title")}
      isOpen={isOpen}
      isShown={isDrawn}
      onToggle={() => setOpened(!isOpen)}
      aside={
        <>
          {active ? (
            <span className={shared.badge} data-status={active.status} role="status">
              {states(`status.${active.status}`)}
            </span>
          ) : (
            <FoldHint>{t("hint")}</FoldHint>
          )}
          {isOpen && shown !== NEW_RAIN ? (
            <Button size="compact-sm" variant="default" onClick={planNew} data-testid="rain-plan-new">
              <IconPlus size={14} aria-hidden />
              <span className={classes.planNew}>{t("planNew")}</span>
            </Button>
          ) : null}
        </>
      }
    >
      {isDrawn ? (
        <div className={classes.columns}>
          <div className={classes.main}>
            {query.isError && !my.facts ? (
              <ErrorPanel error={query.error} onRetry={() => void query.refetch()} />
            ) : null}
            {query.isPending ? <Skeleton height={260} radius="md" /> : null}
            {my.facts && shown === NEW_RAIN ? (
              <>
                <RainStepper current="create" />
                <RainForm limits={my.facts} onCreated={my.show} />
              </>
            ) : null}
            {shown !== null && shown !== NEW_RAIN ? (
              <ShownRain key={shown} rainId={shown} onNew={planNew} />
            ) : null}
          </div>
          {my.facts ? (
            <RainHistory
              rains={my.rains}
              shownId={shown}
              onShow={my.show}
              more={
                query.hasNextPage
                  ? { isLoading: query.isFetchingNextPage, load: () => void query.fetchNextPage() }
                  : null
              }
            />
          ) : null}
        </div>
      ) : null}
    </FoldPanel>
  );
}

function ShownRain({ rainId, onNew }: { rainId: string; onNew: () => void }) {
  const { query, ...steps } = useRain(rainId);
  const rain = query.data;
  if (query.isError && !rain) {
    return <ErrorPanel error={query.error} onRetry={() => void query.refetch()} />;
  }
  if (!rain) return <Skeleton height={260} radius="md" />;
  return (
    <>
      <RainStepper current={stepOf(rain.status)} />
      <Step rain={rain} steps={steps} onNew={onNew} />
    </>
  );
}

function Step({ rain, steps, onNew }: { rain: Rain; steps: RainSteps; onNew: () => void }) {
  switch (rain.status) {
    case "created":
      return <CreatedStep rain={rain} steps={steps} />;
    case "preparing":
      return <PreparingStep rain={rain} />;
    case "ready":
      return <ReadyStep rain={rain} steps={steps} />;
    case "started":
    case "ending":
      return <LiveStep rain={rain} steps={steps} />;
    case "ended":
      return <ResultStep rain={rain} onNew={onNew} />;
  }
}
