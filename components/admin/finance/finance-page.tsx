"use client";

import { Skeleton, Tabs } from "@mantine/core";
import { useRouter, useSearchParams } from "next/navigation";
import { useTranslations } from "next-intl";
import type { ComponentType } from "react";
import { lazyPart } from "../../lib/lazy-part";
import classes from "../admin.module.css";
import { ReconciliationPanel } from "../reconciliation/reconciliation-panel";

const loading = () => <Skeleton height={420} radius="lg" />;

/** The parts of `/admin/finance`, in their order; `key` is the name under `admin` in the messages. One line each. */
const PARTS = [
  // The one that the page opens with comes with it.
  { key: "reconciliation", panel: ReconciliationPanel },
  {
    key: "withdrawals",
    panel: lazyPart(() => import("../withdrawals/withdrawals-panel").then((m) => m.WithdrawalsPanel), {
      loading,
    }),
  },
  {
    key: "settlement",
    panel: lazyPart(() => import("../settlement/settlement-panel").then((m) => m.SettlementPanel), {
      loading,
    }),
  },
  {
    key: "shares",
    panel: lazyPart(() => import("../shares/shares-panel").then((m) => m.SharesPanel), { loading }),
  },
] as const satisfies readonly {
  key: string;
  panel: ComponentType;
}[];

/** One part at a time, named in the address, so that a link leads to it. */
export function FinancePage() {
  const t = useTranslations("admin");
  return (
    <>
      <div className={classes.pageHead}>
        <h1 className={classes.title}>{t("finance")}</h1>
      </div>
      <Parts />
    </>
  );
}

function Parts() {
  const t = useTranslations("admin");
  const router = useRouter();
  const wanted = useSearchParams().get("tab");
  const current = PARTS.find((part) => part.key === wanted) ?? PARTS[0];
  if (!current) return null;
  return (
    <Tabs
      value={current.key}
      onChange={(key) => key && router.replace(`/admin/finance?tab=${key}`, { scroll: false })}
      keepMounted={false}
    >
      <Tabs.List aria-label={t("financeParts")} mb="md" className={classes.tabList}>
        {PARTS.map(({ key }) => (
          <Tabs.Tab key={key} value={key} data-testid={`finance-tab-${key}`}>
            {t(key)}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {PARTS.map(({ key, panel: Panel }) => (
        <Tabs.Panel key={key} value={key}>
          <Panel />
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}
