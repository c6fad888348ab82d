"use client";

import { Button, CloseButton } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { type ReactNode, useState } from "react";
import type { Rain } from "@/domain/contracts/rain";
import { useTRPC } from "../../lib/trpc";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { CoinAmount } from "../../ui/coin";
import { ErrorPanel } from "../../ui/state-panel";
import { TraceId } from "../../ui/trace-id";
import { ListSkeleton } from "../../wallet/list-skeleton";
import classes from "../admin.module.css";
import { ReasonDialog } from "../reason-dialog";
import { RainState } from "./rain-state";
import own from "./rains.module.css";

const REFRESH_MS = 2_000;

/** One rain with all that an operator may know, and the way to stop it. */
export function RainCard({ rainId, onClose }: { rainId: string; onClose: () => void }) {
  const t = useTranslations("adminRains");
  const trpc = useTRPC();
  const [isStopping, setStopping] = useState(false);
  const { data, error, refetch } = useQuery(
    trpc.rain.get.queryOptions(
      { rainId },
      {
        retry: false,
        refetchInterval: ({ state }) => (state.data?.status === "ended" ? false : REFRESH_MS),
      },
    ),
  );
  if (error && !data) return <ErrorPanel error={error} onRetry={() => void refetch()} />;
  if (!data)
    return (
      <section className={classes.card}>
        <ListSkeleton label={t("loading")} rows={5} />
      </section>
    );
  return (
    <section
      className={classes.card}
      aria-labelledby="rain-card-title"
      data-testid="rain-card"
      data-status={data.status}
    >
      <div className={classes.cardHead}>
        <h2 id="rain-card-title" className={classes.cardTitle}>
          <bdi>{data.anchor.nickname}</bdi> <RainState rain={data} />
        </h2>
        <div className={own.actions}>
          <Button
            size="compact-sm"
            variant="default"
            component={Link}
            href={`/admin/wallets?userId=${data.anchor.userId}`}
          >
            {t("wallet")}
          </Button>
          <Button size="compact-sm" variant="default" component={Link} href={`/room/${data.roomId}`}>
            {t("openRoom")}
          </Button>
          {data.startedAt ? (
            <Button size="compact-sm" variant="default" component={Link} href={`/rain/${rainId}/verify`}>
              {t("verify")}
            </Button>
          ) : null}
          {data.status === "ended" ? null : (
            <Button
              size="compact-sm"
              variant="outline"
              color="vermilion"
              onClick={() => setStopping(true)}
              data-testid="stop-rain"
            >
              {t("stop")}
            </Button>
          )}
          <CloseButton aria-label={t("close")} onClick={onClose} />
        </div>
      </div>
      <Money rain={data} />
      <Particulars rain={data} />
      {isStopping ? <StopDialog rain={data} onClose={() => setStopping(false)} /> : null}
    </section>
  );
}

/** Budget = claimed + refunded + what is still in escrow, always. */
function Money({ rain }: { rain: Rain }) {
  const t = useTranslations("adminRains");
  const formats = useLocaleFormats();
  const wasFunded = rain.status !== "created" && rain.claimedCoins + rain.refundedCoins > 0;
  const isHeld = rain.status !== "created" && (rain.status !== "ended" || wasFunded);
  const escrowCoins = isHeld ? rain.budgetCoins - rain.claimedCoins - rain.refundedCoins : 0;
  return (
    <dl className={`${classes.figures} numeric`}>
      {(
        [
          ["budget", rain.budgetCoins],
          ["claimedCoins", rain.claimedCoins],
          ["refunded", rain.refundedCoins],
          ["escrow", escrowCoins],
        ] as const
      ).map(([name, coins]) => (
        <div key={name} className={classes.tile}>
          <dt className={classes.tileLabel}>{t(name)}</dt>
          <dd className={classes.tileValue} data-testid={`rain-${name}`}>
            {formats.coins(coins)}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Particulars({ rain }: { rain: Rain }) {
  const t = useTranslations("adminRains");
  const states = useTranslations("rainStates");
  const formats = useLocaleFormats();
  const time = (iso: string | null) => (iso ? <time dateTime={iso}>{formats.fullDateTime(iso)}</time> : null);
  const facts: [string, ReactNode][] = [
    [
      t("claimed"),
      t("ofAll", { part: formats.coins(rain.claimedCount), all: formats.coins(rain.packetCount) }),
    ],
    [t("duration"), t("seconds", { seconds: rain.durationSeconds })],
    [t("perViewer"), formats.coins(rain.claimsPerViewer)],
    [t("payer"), t(`payers.${rain.fundedBy}`)],
    [t("createdAt"), time(rain.createdAt)],
    [t("planned"), time(rain.startsAt)],
    [t("started"), time(rain.startedAt)],
    [t("ended"), time(rain.endedAt)],
    [t("reason"), rain.endReason ? states(`endReason.${rain.endReason}`) : null],
    [
      t("luckiest"),
      rain.luckiest ? (
        <>
          <bdi>{rain.luckiest.nickname}</bdi> <CoinAmount>{formats.coins(rain.luckiest.coins)}</CoinAmount>
        </>
      ) : null,
    ],
    [t("trace"), <TraceId key="trace" traceId={rain.traceId} />],
    [
      t("rainId"),
      <span key="id" className={classes.mono}>
        {rain.rainId}
      </span>,
    ],
    [
      t("commitment"),
      <span key="commitment" className={classes.mono}>
        {rain.commitment}
      </span>,
    ],
  ];
  return (
    <dl className={`${own.particulars} numeric`}>
      {facts
        .filter(([, value]) => value !== null)
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}

function StopDialog({ rain, onClose }: { rain: Rain; onClose: () => void }) {
  const t = useTranslations("adminRains");
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const stop = useMutation(
    trpc.rain.stop.mutationOptions({
      onSuccess: onClose,
      onSettled: () => queryClient.invalidateQueries({ queryKey: trpc.rain.pathKey() }),
    }),
  );
  return (
    <ReasonDialog
      title={t("stopTitle")}
      confirm={t("stop")}
      danger
      isPending={stop.isPending}
      error={stop.error}
      onConfirm={(reason) => stop.mutate({ rainId: rain.rainId, reason })}
      onClose={onClose}
    >
      <p style={{ margin: 0 }}>
        {rain.status === "ending"
          ? t("stopEndingText")
          : t("stopText", { anchor: rain.anchor.nickname, coins: rain.budgetCoins })}
      </p>
    </ReasonDialog>
  );
}
