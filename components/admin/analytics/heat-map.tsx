"use client";

import { useQuery } from "@tanstack/react-query";
import { useLocale, useTranslations } from "next-intl";
import type { CSSProperties } from "react";
import type { TipsInput } from "@/domain/contracts/analytics";
import { useTRPC } from "../../lib/trpc";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { ErrorPanel } from "../../ui/state-panel";
import { ListSkeleton } from "../../wallet/list-skeleton";
import classes from "../admin.module.css";
import heatClasses from "./heat-map.module.css";
import { sumByWeekday } from "./sum-by-weekday";

/** The hottest has this much of the colour, so that figures can be read on every ground, dark and light. */
const HEAT_PERCENT_MAX = 45;

/** When most is given: coins by hour and weekday. It is a table: everybody can read it. */
export function HeatMap({ input }: { input: TipsInput }) {
  const t = useTranslations("adminAnalytics");
  const trpc = useTRPC();
  const { data, error, refetch } = useQuery(trpc.analytics.tips.queryOptions(input));
  return (
    <section className={classes.card} aria-labelledby="heat-title">
      <h2 id="heat-title" className={classes.cardTitle}>
        {t("heat")}
      </h2>
      <p className={classes.hint}>{t("heatText")}</p>
      {error ? <ErrorPanel error={error} onRetry={() => void refetch()} /> : null}
      {data ? (
        <HeatTable coins={sumByWeekday(data.rows)} />
      ) : error ? null : (
        <ListSkeleton label={t("loading")} rows={12} />
      )}
    </section>
  );
}

function HeatTable({ coins }: { coins: readonly (readonly number[])[] }) {
  const formats = useLocaleFormats();
  const locale = useLocale();
  const t = useTranslations("adminAnalytics");
  const most = Math.max(1, ...coins.flat());
  const weekday = new Intl.DateTimeFormat(locale, { weekday: "short", timeZone: "UTC" });
  // The fifth of January 1970 was a Monday.
  const names = Array.from({ length: 7 }, (_, day) => weekday.format(new Date(Date.UTC(1970, 0, 5 + day))));
  return (
    <div className={heatClasses.frame}>
      <table className={`${heatClasses.map} numeric`} data-testid="heat-map">
        <thead>
          <tr>
            <th scope="col">{t("steps.hour")}</th>
            {names.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {coins.map((row, hour) => (
            <tr key={hour}>
              <th scope="row">{String(hour).padStart(2, "0")}</th>
              {row.map((sum, day) => (
                <td
                  key={names[day]}
                  style={{ "--heat": `${Math.round((sum / most) * HEAT_PERCENT_MAX)}%` } as CSSProperties}
                >
                  {sum === 0 ? "" : formats.compact(sum)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
