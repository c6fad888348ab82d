"use client";

import { Skeleton } from "@mantine/core";
import { useTranslations } from "next-intl";
import type { ServiceDependency, ServiceSummary } from "@/domain/contracts/services";
import { type Column, DataTable } from "../../ui/data-table";
import { ErrorPanel } from "../../ui/state-panel";
import admin from "../admin.module.css";
import classes from "./services.module.css";
import { useServicesOverview } from "./use-services-overview";
import { useTrafficText } from "./use-traffic-text";
import { useUnits } from "./use-units";

/** Services, how many of each there are, and what they depend on: drawn from what really came back. */
export function ServicesSection() {
  const t = useTranslations("adminServices");
  const { data, error, refetch } = useServicesOverview();
  return (
    <section className={admin.card} aria-labelledby="services-title">
      <h2 id="services-title" className={admin.cardTitle}>
        {t("dependencies")}
      </h2>
      <p className={admin.hint}>{t("dependenciesText")}</p>
      {error && !data ? <ErrorPanel error={error} onRetry={() => void refetch()} /> : null}
      {data ? (
        <ServiceTable services={data.services} />
      ) : error ? null : (
        <Skeleton height={240} radius="lg" />
      )}
    </section>
  );
}

function ServiceTable({ services }: { services: readonly ServiceSummary[] }) {
  const t = useTranslations("adminServices");
  const units = useUnits();
  const columns: Column<ServiceSummary>[] = [
    { key: "name", label: t("service"), isTitle: true, renderCell: ({ name }) => <bdi>{name}</bdi> },
    {
      key: "living",
      label: t("running"),
      isFigure: true,
      renderCell: ({ counts: { ready, unready } }) => (
        <span className={unready > 0 || ready === 0 ? admin.bad : admin.good}>
          {t("readyOf", { ready, all: ready + unready })}
        </span>
      ),
    },
    { key: "versions", label: t("version"), renderCell: ({ versions }) => versions.join(" · ") },
    {
      key: "loop",
      label: t("eventLoop"),
      isEnd: true,
      isNowrap: true,
      renderCell: ({ eventLoopP99MsMax }) => units.milliseconds(eventLoopP99MsMax),
    },
    {
      key: "lag",
      label: t("lag"),
      isEnd: true,
      isNowrap: true,
      renderCell: ({ lagSecondsMax }) => (lagSecondsMax === null ? null : units.seconds(lagSecondsMax)),
    },
    {
      key: "dependencies",
      label: t("dependsOn"),
      renderCell: ({ dependencies }) => <Dependencies dependencies={dependencies} />,
    },
  ];
  return (
    <DataTable
      labelledBy="services-title"
      items={services}
      columns={columns}
      rowKey={({ name }) => name}
      rowProps={({ name }) => ({ "data-testid": "service-row", "data-name": name })}
      testId="services-table"
    />
  );
}

function Dependencies({ dependencies }: { dependencies: readonly ServiceDependency[] }) {
  const t = useTranslations("adminServices");
  const traffic = useTrafficText();
  if (dependencies.length === 0) return null;
  return (
    <ul className={classes.links}>
      {dependencies.map(({ name, troubled, perSecond, unit }) => (
        <li key={name} className={classes.link} data-troubled={troubled > 0} data-dependency={name}>
          <bdi>{name}</bdi>
          {unit ? <span className={classes.dim}>{traffic(perSecond, unit)}</span> : null}
          {troubled > 0 ? <span className={admin.bad}>{t("troubled", { count: troubled })}</span> : null}
        </li>
      ))}
    </ul>
  );
}
