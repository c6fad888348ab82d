"use client";

import { Button, Skeleton } from "@mantine/core";
import { IconSwords } from "@tabler/icons-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { v7 as uuidv7 } from "uuid";
import type { PkBattle } from "@/domain/contracts/pk";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { usePkWords } from "../../room/features/pk/use-pk-words";
import { ErrorPanel } from "../../ui/state-panel";
import { FoldHint, FoldPanel } from "../fold-panel";
import { CurrentPk } from "./current-pk";
import { PkInviteForm } from "./pk-invite-form";
import classes from "./pk-panel.module.css";
import { type MyPkSteps, useMyPk } from "./use-my-pk";

/** Battles with other anchors: invitations, the one that runs, and those that are over. Folded while there is nothing to do. */
export function PkPanel({ userId }: { userId: string }) {
  const t = useTranslations("pk");
  const my = useMyPk(userId);
  const [opened, setOpened] = useState<boolean | null>(null);
  const { data, isPending, isError, error, refetch } = my.query;
  const waits = data ? data.invitations.length : 0;
  const isOpen = opened ?? (waits > 0 || Boolean(data?.current));
  return (
    <FoldPanel
      name="pk"
      icon={<IconSwords size={20} aria-hidden />}
      title={t("title")}
      isOpen={isOpen}
      onToggle={() => setOpened(!isOpen)}
      aside={
        waits > 0 ? (
          <span className={classes.asked} role="status">
            {t("asked", { count: waits })}
          </span>
        ) : (
          <FoldHint>{t("hint")}</FoldHint>
        )
      }
    >
      <div className={classes.body}>
        {isPending ? <Skeleton height={120} radius="md" /> : null}
        {isError && !data ? <ErrorPanel error={error} onRetry={() => void refetch()} /> : null}
        {data?.invitations.map((battle) => (
          <Invitation key={battle.pkId} battle={battle} my={my} />
        ))}
        {data?.current ? <CurrentPk battle={data.current} myId={userId} my={my} /> : null}
        {data && !data.current && isOpen ? <PkInviteForm invite={my.invite} /> : null}
        {data && data.history.length > 0 ? (
          <History battles={data.history} myId={userId} my={my} mayAsk={!data.current} />
        ) : null}
      </div>
    </FoldPanel>
  );
}

const namesOf = (battle: PkBattle, exceptId: string) =>
  battle.sides
    .filter(({ anchorId }) => anchorId !== exceptId)
    .map(({ nickname }) => nickname)
    .join(" · ");

function Invitation({ battle, my }: { battle: PkBattle; my: MyPkSteps }) {
  const t = useTranslations("pk");
  const inviter = battle.sides.find(({ anchorId }) => anchorId === battle.inviterId);
  const { pkId } = battle;
  return (
    <div className={classes.row} data-testid="pk-invitation">
      <p className={classes.text}>
        {t("asksYou", { name: inviter?.nickname ?? "", minutes: Math.round(battle.durationSeconds / 60) })}{" "}
        <span className={classes.dim}>{t(`counts.${battle.counts}`)}</span>
      </p>
      <Button
        size="compact-md"
        loading={my.accept.isPending}
        onClick={() => my.accept.mutate({ pkId })}
        data-testid="pk-accept"
      >
        {t("accept")}
      </Button>
      <Button
        size="compact-md"
        variant="default"
        loading={my.decline.isPending}
        onClick={() => my.decline.mutate({ pkId })}
        data-testid="pk-decline"
      >
        {t("decline")}
      </Button>
    </div>
  );
}

interface HistoryProps {
  battles: readonly PkBattle[];
  myId: string;
  my: MyPkSteps;
  mayAsk: boolean;
}

function History({ battles, myId, my, mayAsk }: HistoryProps) {
  const t = useTranslations("pk");
  const words = usePkWords();
  const { dateTime, coins: number } = useLocaleFormats();
  const again = ({ sides, durationSeconds, counts, giftId }: PkBattle) =>
    my.invite.mutate({
      pkId: uuidv7(),
      anchorIds: sides.map(({ anchorId }) => anchorId).filter((id) => id !== myId),
      durationSeconds,
      counts,
      giftId: giftId ?? undefined,
    });
  return (
    <section aria-label={t("history")}>
      <h3 className={classes.subtitle}>{t("history")}</h3>
      <ul className={classes.list}>
        {battles.map((battle) => (
          <li key={battle.pkId} className={classes.row}>
            <p className={classes.text}>
              <strong>{namesOf(battle, myId)}</strong>{" "}
              <span className={classes.score}>
                {battle.sides.map(({ points }) => number(points)).join(" : ")}
              </span>
              <span className={classes.dim}>
                {words.resultOf(battle) ?? t("result.none")}
                {battle.startsAt ? ` · ${dateTime(battle.startsAt)}` : ""}
              </span>
            </p>
            {mayAsk ? (
              <Button
                size="compact-md"
                variant="default"
                loading={my.invite.isPending}
                onClick={() => again(battle)}
              >
                {t("again")}
              </Button>
            ) : null}
          </li>
        ))}
      </ul>
    </section>
  );
}
