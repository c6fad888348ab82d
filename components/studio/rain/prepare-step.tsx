"use client";

import { Button, Progress } from "@mantine/core";
import { useTranslations } from "next-intl";
import type { Rain } from "@/domain/contracts/rain";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import classes from "./prepare-step.module.css";
import shared from "./rain.module.css";
import { RainFacts } from "./rain-facts";
import { RainRefusalAlert } from "./rain-refusal-alert";
import type { RainSteps } from "./use-rain";

/** Planned, and not paid yet: from here the budget is set aside and the packets are made. */
export function CreatedStep({ rain, steps }: { rain: Rain; steps: RainSteps }) {
  const t = useTranslations("rainStudio");
  const { rainId } = rain;
  return (
    <div className={shared.body}>
      <RainFacts rain={rain} />
      <p className={shared.note}>
        {t(rain.fundedBy === "anchor" ? "prepareText" : "prepareTextGrant", {
          coins: rain.budgetCoins,
        })}
      </p>
      <RainRefusalAlert error={steps.prepare.error ?? steps.finish.error} />
      <div className={shared.actions}>
        <Button
          loading={steps.prepare.isPending}
          disabled={steps.finish.isPending}
          onClick={() => steps.prepare.mutate({ rainId })}
          data-testid="rain-prepare"
        >
          {t("prepare")}
        </Button>
        <Button
          variant="default"
          loading={steps.finish.isPending}
          disabled={steps.prepare.isPending}
          onClick={() => steps.finish.mutate({ rainId })}
          data-testid="rain-discard"
        >
          {t("discard")}
        </Button>
      </div>
    </div>
  );
}

/** The packets are being made. */
export function PreparingStep({ rain }: { rain: Rain }) {
  const t = useTranslations("rainStudio");
  const formats = useLocaleFormats();
  const percent = Math.floor((100 * rain.loadedPackets) / rain.packetCount);
  return (
    <div className={shared.body} data-testid="rain-preparing" data-loaded={rain.loadedPackets}>
      <RainFacts rain={rain} />
      <div>
        <p className={`${classes.progressText} numeric`}>
          <span>{t("preparing")}</span>
          <span>
            {t("loaded", {
              loaded: formats.coins(rain.loadedPackets),
              all: formats.coins(rain.packetCount),
            })}
          </span>
        </p>
        <Progress.Root size="lg" radius="xl">
          <Progress.Section value={percent} color="gold.5" aria-label={t("preparing")} />
        </Progress.Root>
      </div>
    </div>
  );
}
