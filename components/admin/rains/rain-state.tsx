"use client";

import { useTranslations } from "next-intl";
import type { Rain } from "@/domain/contracts/rain";
import classes from "./rains.module.css";

/** Where a rain stands, and once it is over how it ended. */
export function RainState({ rain }: { rain: Pick<Rain, "status" | "endReason"> }) {
  const states = useTranslations("rainStates");
  return (
    <span className={classes.badge} data-status={rain.status}>
      {rain.status === "ended" && rain.endReason
        ? states(`endReason.${rain.endReason}`)
        : states(`status.${rain.status}`)}
    </span>
  );
}
