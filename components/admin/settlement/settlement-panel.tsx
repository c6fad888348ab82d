"use client";

import { useQuery } from "@tanstack/react-query";
import { useRouter, useSearchParams } from "next/navigation";
import { useTranslations } from "next-intl";
import { useTRPC } from "../../lib/trpc";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import classes from "../admin.module.css";
import { LineList } from "./line-list";
import { RecomputedLineDialog } from "./recomputed-line";
import { RunList } from "./run-list";

const REFRESH_MS = 5_000;

/** How far settlement is, when it worked, and each line with the gifts that it comes from. */
export function SettlementPanel() {
  const router = useRouter();
  const params = useSearchParams();
  const lineId = params.get("lineId");
  const anchorId = params.get("anchorId") ?? "";
  const go = (query: Record<string, string>) =>
    router.replace(`/admin/finance?${new URLSearchParams({ tab: "settlement", ...query })}`, {
      scroll: false,
    });
  const keepAnchor: Record<string, string> = anchorId ? { anchorId } : {};
  return (
    <div style={{ display: "grid", gap: 16 }} data-testid="settlement">
      <State />
      <LineList
        key={anchorId}
        anchorId={anchorId}
        onAnchor={(next) => go(next ? { anchorId: next } : {})}
        onOpen={(next) => go({ ...keepAnchor, lineId: next })}
      />
      <RunList />
      {lineId ? <RecomputedLineDialog key={lineId} lineId={lineId} onClose={() => go(keepAnchor)} /> : null}
    </div>
  );
}

function State() {
  const t = useTranslations("adminSettlement");
  const trpc = useTRPC();
  const formats = useLocaleFormats();
  const { data } = useQuery(
    trpc.finance.settlementState.queryOptions(undefined, { refetchInterval: REFRESH_MS }),
  );
  const tiles = [
    { key: "waitingGifts", value: data?.waitingGifts },
    { key: "waitingRefunds", value: data?.waitingRefunds },
    { key: "settledGifts", value: data?.settledGifts },
  ] as const;
  return (
    <dl className={`${classes.tiles} numeric`} style={{ margin: 0 }}>
      {tiles.map(({ key, value }) => (
        <div key={key} className={classes.tile}>
          <dt className={classes.tileLabel}>{t(key)}</dt>
          <dd className={classes.tileValue} style={{ margin: 0 }} data-testid={`settlement-${key}`}>
            {value === undefined ? "—" : formats.coins(value)}
          </dd>
        </div>
      ))}
    </dl>
  );
}
