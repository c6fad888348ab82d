"use client";

import { Button, NativeSelect } from "@mantine/core";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useRouter, useSearchParams } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { ProcessState, ServiceProcess } from "@/domain/contracts/services";
import { lazyPart } from "../../lib/lazy-part";
import { useTRPC } from "../../lib/trpc";
import { PagedList } from "../../ui/paged-list";
import { StatePanel } from "../../ui/state-panel";
import admin from "../admin.module.css";
import { SearchForm } from "../search-form";
import { CallsSection } from "./calls-section";
import { FiguresSection } from "./figures-section";
import { ProcessTable } from "./process-table";
import { readServicesFilter, SERVICES_SHOWN, type ServicesFilter } from "./services-filter";
import { ServicesSection } from "./services-section";

const ProcessDialog = lazyPart(() => import("./process-dialog").then((m) => m.ProcessDialog));

const REFRESH_MS = 5_000;

/** What runs where and how it does: processes, what they depend on, calls, pools, caches and breakers. */
export function ServicesPage() {
  const t = useTranslations("adminServices");
  return (
    <>
      <div className={admin.pageHead}>
        <h1 className={admin.title}>{t("title")}</h1>
        <p className={admin.hint}>{t("text")}</p>
      </div>
      <Processes />
      <ServicesSection />
      <CallsSection />
      <FiguresSection />
    </>
  );
}

/** What is looked for stands in the address, so that a link leads to it. */
function Processes() {
  const t = useTranslations("adminServices");
  const trpc = useTRPC();
  const router = useRouter();
  const filter = readServicesFilter(useSearchParams());
  const [chosen, setChosen] = useState<ServiceProcess | null>(null);
  const query = useInfiniteQuery(
    trpc.ops.services.infiniteQueryOptions(filter, {
      getNextPageParam: (page) => page.nextCursor ?? undefined,
      placeholderData: keepPreviousData,
      refetchInterval: REFRESH_MS,
    }),
  );
  const go = (change: Partial<ServicesFilter>) =>
    router.replace(toAddress({ ...filter, ...change }), { scroll: false });
  return (
    <>
      <StateTiles counts={query.data?.pages[0]?.counts} />
      <section className={admin.card} aria-labelledby="processes-title">
        <h2 id="processes-title" className={admin.cardTitle}>
          {t("processes")}
        </h2>
        <SearchForm
          key={filter.text}
          label={t("search")}
          placeholder={t("placeholder")}
          submit={t("find")}
          initial={filter.text ?? ""}
          onSearch={(text) => go({ text })}
        />
        <div className={admin.cardHead}>
          <NativeSelect
            label={t("show")}
            value={filter.show}
            data={SERVICES_SHOWN.all.map((value) => ({ value, label: t(`shown.${value}`) }))}
            onChange={(event) => go({ show: SERVICES_SHOWN.find(event.currentTarget.value) ?? "all" })}
            data-testid="services-show"
          />
          {filter.text ? (
            <Button variant="subtle" onClick={() => go({ text: undefined })} data-testid="services-clear">
              {t("clear")}
            </Button>
          ) : null}
        </div>
        <PagedList
          query={query}
          loading={t("loading")}
          empty={<StatePanel title={t("none")} headingLevel={2} testId="processes-none" />}
          moreTestId="more-processes"
        >
          {(items: readonly ServiceProcess[]) => <ProcessTable processes={items} onOpen={setChosen} />}
        </PagedList>
      </section>
      {chosen ? <ProcessDialog process={chosen} onClose={() => setChosen(null)} /> : null}
    </>
  );
}

function toAddress({ show, text }: ServicesFilter): string {
  const params = new URLSearchParams({ ...(show === "all" ? {} : { show }), ...(text ? { q: text } : {}) });
  return `/admin/services?${params}`;
}

const TILES = [
  { states: ["ready"], key: "ready", show: "living" },
  { states: ["unready"], key: "unready", show: "troubled", isBad: true },
  { states: ["dead"], key: "dead", show: "troubled", isBad: true },
  { states: ["replaced", "drained"], key: "ended", show: "gone" },
] as const satisfies readonly {
  states: readonly ProcessState[];
  key: string;
  show: ServicesFilter["show"];
  isBad?: true;
}[];

function StateTiles({ counts }: { counts: Record<ProcessState, number> | undefined }) {
  const t = useTranslations("adminServices");
  return (
    <div className={`${admin.tiles} numeric`} data-testid="services-tiles">
      {TILES.map((tile) => {
        const count = counts && tile.states.reduce((sum, state) => sum + counts[state], 0);
        return (
          <Link
            key={tile.key}
            href={toAddress({ show: tile.show, text: undefined })}
            className={admin.tile}
            data-testid={`tile-${tile.key}`}
          >
            <span className={admin.tileLabel}>{t(`tiles.${tile.key}`)}</span>
            <span className={`${admin.tileValue} ${"isBad" in tile && count ? admin.bad : ""}`}>
              {count ?? "–"}
            </span>
            <span className={admin.tileNote}>{t(`tileNotes.${tile.key}`)}</span>
          </Link>
        );
      })}
    </div>
  );
}
