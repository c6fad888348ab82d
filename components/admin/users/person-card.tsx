"use client";

import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { AccountRestriction, PersonAction, PersonDetail } from "@/domain/contracts/people";
import { useTRPC } from "../../lib/trpc";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { ErrorPanel } from "../../ui/state-panel";
import { ListSkeleton } from "../../wallet/list-skeleton";
import { ActionTable } from "../action-table";
import classes from "../admin.module.css";
import { LiftDialog, RestrictDialog, RoleDialog } from "./person-dialogs";
import { PersonSessions } from "./person-sessions";
import { ResetFactorDialog } from "./reset-factor-dialog";
import { RestrictionTable } from "./restriction-table";

const REFRESH_MS = 5_000;

/** One person: who they are, what is stopped, what was done to them, and what can be done. */
export function PersonCard({ userId }: { userId: string }) {
  const t = useTranslations("adminUsers");
  const trpc = useTRPC();
  const { data, error, refetch } = useQuery(
    trpc.people.get.queryOptions({ userId }, { refetchInterval: REFRESH_MS, retry: false }),
  );
  if (error && !data) return <ErrorPanel error={error} onRetry={() => void refetch()} />;
  if (!data)
    return (
      <section className={classes.card}>
        <ListSkeleton label={t("loading")} rows={8} />
      </section>
    );
  return (
    <>
      <Facts person={data} />
      <History restrictions={data.history} />
      <PersonSessions userId={userId} />
      <Actions actions={data.actions} />
    </>
  );
}

function Facts({ person }: { person: PersonDetail }) {
  const t = useTranslations("adminUsers");
  const factorText = useTranslations("secondFactor");
  const formats = useLocaleFormats();
  const [dialog, setDialog] = useState<"restrict" | "role" | "factor" | null>(null);
  const { room, wallet } = person;
  const close = () => setDialog(null);
  return (
    <section className={classes.card} aria-labelledby="person-title" data-testid="person-card">
      <div className={classes.cardHead}>
        <h2 id="person-title" className={classes.cardTitle}>
          <bdi>{person.nickname}</bdi> · <span data-testid="person-role">{t(`roles.${person.role}`)}</span>{" "}
          <strong className={classes.bad} data-testid="person-restrictions">
            {person.restrictions.map((kind) => t(`kinds.${kind}`)).join(" · ")}
          </strong>
        </h2>
        <Button.Group>
          {person.role === "guest" ? null : (
            <Button
              size="compact-sm"
              variant="default"
              onClick={() => setDialog("role")}
              data-testid="set-role"
            >
              {t("setRole")}
            </Button>
          )}
          {person.role === "operator" ? (
            <Button
              size="compact-sm"
              variant="default"
              onClick={() => setDialog("factor")}
              data-testid="reset-factor"
            >
              {factorText("reset")}
            </Button>
          ) : null}
          <Button
            size="compact-sm"
            color="red"
            onClick={() => setDialog("restrict")}
            data-testid="restrict-person"
          >
            {t("restrict")}
          </Button>
        </Button.Group>
      </div>
      <p className={`${classes.hint} ${classes.mono}`}>{person.userId}</p>
      <p className={classes.hint}>
        {t("phone")} {person.phoneMasked ?? "—"} · {t("since", { at: formats.dateTime(person.createdAt) })}
      </p>
      <p className={classes.hint}>
        {wallet ? (
          <Link className={classes.link} href={`/admin/wallets?userId=${person.userId}`}>
            {t("wallet", { coins: wallet.balanceCoins })}
          </Link>
        ) : (
          t("noWallet")
        )}
        {" · "}
        <Link className={classes.link} href={`/admin/traces?q=${person.userId}`}>
          {t("traces")}
        </Link>
        {room ? (
          <>
            {" · "}
            <Link className={classes.link} href={`/admin/rooms?q=${room.roomId}`}>
              {room.title}
            </Link>{" "}
            {t(room.banned ? "roomBanned" : room.isLive ? "roomLive" : "roomClosed")}
          </>
        ) : null}
      </p>
      {dialog === "restrict" ? <RestrictDialog person={person} onClose={close} /> : null}
      {dialog === "factor" ? <ResetFactorDialog person={person} onClose={close} /> : null}
      {dialog === "role" ? <RoleDialog person={person} onClose={close} /> : null}
    </section>
  );
}

function History({ restrictions }: { restrictions: readonly AccountRestriction[] }) {
  const t = useTranslations("adminUsers");
  const [lifting, setLifting] = useState<AccountRestriction | null>(null);
  return (
    <section className={classes.card} aria-labelledby="restrictions-title">
      <h2 id="restrictions-title" className={classes.cardTitle}>
        {t("restrictions")}
      </h2>
      {restrictions.length === 0 ? (
        <p className={classes.hint}>{t("noRestrictions")}</p>
      ) : (
        <RestrictionTable restrictions={restrictions} onLift={setLifting} />
      )}
      {lifting ? <LiftDialog restriction={lifting} onClose={() => setLifting(null)} /> : null}
    </section>
  );
}

function Actions({ actions }: { actions: readonly PersonAction[] }) {
  const t = useTranslations("adminUsers");
  return (
    <section className={classes.card} aria-labelledby="actions-title">
      <h2 id="actions-title" className={classes.cardTitle}>
        {t("actions")}
      </h2>
      {actions.length === 0 ? (
        <p className={classes.hint}>{t("noActions")}</p>
      ) : (
        <ActionTable actions={actions} labelledBy="actions-title" testId="person-actions" />
      )}
    </section>
  );
}
