"use client";

import { Skeleton } from "@mantine/core";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import type { ServicesOverview } from "@/domain/contracts/services";
import { type Column, DataTable } from "../../ui/data-table";
import admin from "../admin.module.css";
import classes from "./services.module.css";
import { useServicesOverview } from "./use-services-overview";
import { useUnits } from "./use-units";

type Pool = ServicesOverview["pools"][number];
type CacheSum = ServicesOverview["caches"][number];
type Breaker = ServicesOverview["breakers"][number];

/** Pools, breakers and caches over all processes that are alive. */
export function FiguresSection() {
  const t = useTranslations("adminServices");
  const { data, error } = useServicesOverview();
  if (error && !data) return null;
  return (
    <section className={admin.card} aria-labelledby="figures-title">
      <h2 id="figures-title" className={admin.cardTitle}>
        {t("figures")}
      </h2>
      {data ? (
        <div className={classes.columns}>
          <Part id="pools-title" title={t("pools")} isEmpty={data.pools.length === 0}>
            <PoolTable pools={data.pools} />
          </Part>
          <Part id="breakers-title" title={t("breakers")} isEmpty={data.breakers.length === 0}>
            <BreakerTable breakers={data.breakers} />
          </Part>
          <Part id="caches-title" title={t("caches")} isEmpty={data.caches.length === 0}>
            <CacheTable caches={data.caches} />
          </Part>
        </div>
      ) : (
        <Skeleton height={200} radius="lg" />
      )}
    </section>
  );
}

interface PartProps {
  id: string;
  title: string;
  isEmpty: boolean;
  children: ReactNode;
}

function Part({ id, title, isEmpty, children }: PartProps) {
  const t = useTranslations("adminServices");
  return (
    <div className={classes.part}>
      <h3 id={id} className={classes.partTitle}>
        {title}
      </h3>
      {isEmpty ? <p className={admin.hint}>{t("nothingYet")}</p> : children}
    </div>
  );
}

function PoolTable({ pools }: { pools: readonly Pool[] }) {
  const t = useTranslations("adminServices");
  const columns: Column<Pool>[] = [
    { key: "service", label: t("service"), isTitle: true, renderCell: ({ service }) => service },
    { key: "name", label: t("database"), renderCell: ({ name }) => name },
    { key: "busy", label: t("busy"), isEnd: true, renderCell: ({ busy, max }) => `${busy}/${max}` },
  ];
  return (
    <DataTable
      labelledBy="pools-title"
      items={pools}
      columns={columns}
      rowKey={({ service, name }) => `${service}/${name}`}
      testId="pools-table"
    />
  );
}

function BreakerTable({ breakers }: { breakers: readonly Breaker[] }) {
  const t = useTranslations("adminServices");
  const columns: Column<Breaker>[] = [
    { key: "service", label: t("calledService"), isTitle: true, renderCell: ({ service }) => service },
    {
      key: "state",
      label: t("state"),
      isFigure: true,
      renderCell: ({ closed, halfOpen, open }) => (
        <span className={open + halfOpen > 0 ? admin.bad : admin.good}>
          {open + halfOpen > 0
            ? t("breakersOpen", { open: open + halfOpen, all: open + halfOpen + closed })
            : t("breakersClosed")}
        </span>
      ),
    },
  ];
  return (
    <DataTable
      labelledBy="breakers-title"
      items={breakers}
      columns={columns}
      rowKey={({ service }) => service}
      rowProps={({ service, open }) => ({ "data-service": service, "data-open": open })}
      testId="breakers-table"
    />
  );
}

function CacheTable({ caches }: { caches: readonly CacheSum[] }) {
  const t = useTranslations("adminServices");
  const units = useUnits();
  const columns: Column<CacheSum>[] = [
    { key: "name", label: t("cache"), isTitle: true, className: admin.mono, renderCell: ({ name }) => name },
    { key: "service", label: t("service"), renderCell: ({ service }) => service },
    {
      key: "asked",
      label: t("asked"),
      isEnd: true,
      renderCell: ({ hits, misses }) => units.count(hits + misses),
    },
    {
      key: "rate",
      label: t("hitRate"),
      isEnd: true,
      renderCell: ({ hits, misses }) => units.percent(hits + misses === 0 ? 0 : hits / (hits + misses)),
    },
  ];
  return (
    <DataTable
      labelledBy="caches-title"
      items={caches}
      columns={columns}
      rowKey={({ service, name }) => `${service}/${name}`}
      testId="caches-table"
    />
  );
}
