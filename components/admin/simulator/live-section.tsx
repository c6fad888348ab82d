"use client";

import { useTranslations } from "next-intl";
import type { SimulatorSample } from "@/domain/contracts/simulator";
import { lazyPart } from "../../lib/lazy-part";
import { type Column, DataTable } from "../../ui/data-table";
import classes from "../admin.module.css";
import { type LivePoint, toLivePoints } from "./live-points";
import own from "./simulator.module.css";
import { useCount } from "./use-count";

const LiveChart = lazyPart(() => import("./live-chart").then((m) => m.LiveChart), {
  loading: () => <div style={{ height: 242 }} />,
});

/** More points than this are no more to see. */
const POINTS_SHOWN = 150;
const ROWS_SHOWN = 6;

/** What a run looks like: gifts a second, how long they took, what is used; the same as a table. */
export function LiveSection({ samples }: { samples: readonly SimulatorSample[] }) {
  const t = useTranslations("adminSimulator");
  const points = toLivePoints(samples, POINTS_SHOWN);
  return (
    <section className={classes.card} aria-labelledby="simulator-live-title">
      <div className={classes.cardHead}>
        <h2 id="simulator-live-title" className={classes.cardTitle}>
          {t("live")}
        </h2>
      </div>
      <div className={own.charts}>
        {(["gifts", "times", "load"] as const).map((chart) => (
          <LiveChart key={chart} chart={chart} points={points} />
        ))}
      </div>
      <LiveTable points={points.slice(-ROWS_SHOWN).toReversed()} />
      <Cores cores={samples.at(-1)?.cores ?? {}} />
    </section>
  );
}

const COLUMNS = [
  "intended",
  "accepted",
  "paid",
  "failed",
  "p50Ms",
  "p99Ms",
  "ownLagMs",
  "queued",
  "present",
  "sockets",
  "cores",
] as const;

function LiveTable({ points }: { points: readonly LivePoint[] }) {
  const t = useTranslations("adminSimulator");
  const count = useCount();
  const columns: Column<LivePoint>[] = [
    {
      key: "atSeconds",
      label: t("columns.atSeconds"),
      isTitle: true,
      isEnd: true,
      renderCell: ({ atSeconds }) => t("seconds", { seconds: count(atSeconds) }),
    },
    ...COLUMNS.map((key) => ({
      key,
      label: t(`columns.${key}`),
      isEnd: true,
      renderCell: (point: LivePoint) => {
        const value = point[key];
        return value === null ? null : count(value);
      },
    })),
  ];
  return (
    <DataTable
      labelledBy="simulator-live-title"
      items={points}
      columns={columns}
      rowKey={({ atSeconds }) => String(atSeconds)}
      testId="simulator-samples"
    />
  );
}

function Cores({ cores }: { cores: Readonly<Record<string, number>> }) {
  const t = useTranslations("adminSimulator");
  const count = useCount();
  return (
    <>
      <h3 className={classes.cardTitle}>{t("coresOf")}</h3>
      <dl className={own.facts} data-testid="simulator-cores">
        {Object.entries(cores).map(([name, share]) => (
          <div key={name}>
            <dt className={classes.mono}>{name}</dt>
            <dd>{count(share)}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}
