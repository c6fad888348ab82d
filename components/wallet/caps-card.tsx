"use client";

import { Button, Progress, Skeleton } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import type { SpendingCaps } from "@/domain/contracts/policies";
import type { CapsView } from "@/domain/contracts/wallet-admin";
import { tighterCaps } from "@/domain/rules/spending";
import { lazyPart } from "../lib/lazy-part";
import { useTRPC } from "../lib/trpc";
import { useLocaleFormats } from "../lib/use-locale-formats";
import { ErrorPanel } from "../ui/state-panel";
import { useNotifyError } from "../ui/use-notify-error";
import classes from "./caps.module.css";

const CapsFields = lazyPart(() => import("./caps-fields").then((m) => m.CapsFields));

/** What I may spend, what I have spent of it, and a tighter bound of my own. */
export function CapsCard() {
  const t = useTranslations("spending");
  const trpc = useTRPC();
  const { data, error, refetch } = useQuery(trpc.wallet.caps.queryOptions());
  const [isEditing, setEditing] = useState(false);
  if (error && !data) return <ErrorPanel error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton height={150} radius="lg" mt="lg" />;
  return (
    <section className={classes.card} id="limits" aria-labelledby="caps-title" data-testid="caps">
      <div className={classes.head}>
        <h2 id="caps-title" className={classes.title}>
          {t("title")}
        </h2>
        {isEditing ? null : (
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => setEditing(true)}
            data-testid="caps-change"
          >
            {t("change")}
          </Button>
        )}
      </div>
      <Meters caps={data} />
      {data.next ? <Planned next={data.next} /> : null}
      {isEditing ? <CapsForm own={data.own} onClose={() => setEditing(false)} /> : null}
    </section>
  );
}

function Meters({ caps }: { caps: CapsView }) {
  const t = useTranslations("spending");
  const formats = useLocaleFormats();
  const inForce = tighterCaps(caps.platform, caps.own);
  const meters = [
    { key: "giftCoinsMax", max: inForce.giftCoinsMax, spent: null },
    { key: "dayCoinsMax", max: inForce.dayCoinsMax, spent: caps.spentDayCoins },
    { key: "monthCoinsMax", max: inForce.monthCoinsMax, spent: caps.spentMonthCoins },
  ] as const;
  return (
    <dl className={`${classes.meters} numeric`}>
      {meters.map(({ key, max, spent }) => (
        <div key={key} className={classes.meter}>
          <dt>{t(key)}</dt>
          <dd data-testid={`meter-${key}`}>
            {max === null
              ? t("none")
              : spent === null
                ? formats.coins(max)
                : t("spentOf", { spent: formats.coins(spent), max: formats.coins(max) })}
            {max !== null && spent !== null ? (
              <Progress
                value={Math.min(100, (spent / max) * 100)}
                color="vermilion"
                radius="xl"
                mt={6}
                aria-label={t(key)}
              />
            ) : null}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Planned({ next }: { next: NonNullable<CapsView["next"]> }) {
  const t = useTranslations("spending");
  const formats = useLocaleFormats();
  const show = (coins: number | null) => (coins === null ? t("none") : formats.coins(coins));
  return (
    <p className={classes.text} data-testid="caps-planned">
      {t("planned", {
        at: formats.dateTime(next.at),
        gift: show(next.giftCoinsMax),
        day: show(next.dayCoinsMax),
        month: show(next.monthCoinsMax),
      })}
    </p>
  );
}

function CapsForm({ own, onClose }: { own: SpendingCaps; onClose: () => void }) {
  const t = useTranslations("spending");
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const notifyError = useNotifyError();
  const [caps, setCaps] = useState(own);
  const save = useMutation(
    trpc.wallet.setCaps.mutationOptions({
      onSuccess: (view) => {
        queryClient.setQueryData(trpc.wallet.caps.queryKey(), view);
        onClose();
      },
      onError: notifyError,
    }),
  );
  function submit(event: FormEvent) {
    event.preventDefault();
    save.mutate(caps);
  }
  return (
    <form onSubmit={submit} style={{ display: "grid", gap: 12 }}>
      <p className={classes.text}>{t("ownText")}</p>
      <CapsFields caps={caps} onChange={setCaps} />
      <div className={classes.actions}>
        <Button type="submit" loading={save.isPending} data-testid="caps-save">
          {t("save")}
        </Button>
        <Button variant="default" onClick={onClose}>
          {t("cancel")}
        </Button>
      </div>
    </form>
  );
}
