"use client";

import { Button, Skeleton } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import type { MySession } from "@/domain/contracts/account";
import { useTRPC } from "../lib/trpc";
import { useLocaleFormats } from "../lib/use-locale-formats";
import { ErrorPanel } from "../ui/state-panel";
import { useNotifyError } from "../ui/use-notify-error";
import classes from "./account-page.module.css";
import { nameBrowser } from "./name-browser";

/** Where I am signed in; each of the other places can be signed out from here. */
export function SessionList() {
  const t = useTranslations("account");
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const notifyError = useNotifyError();
  const { data, error, refetch } = useQuery(trpc.me.sessions.queryOptions());
  const options = {
    onSettled: () => queryClient.invalidateQueries({ queryKey: trpc.me.sessions.queryKey() }),
    onError: notifyError,
  };
  const endOne = useMutation(trpc.me.endSession.mutationOptions(options));
  const endOthers = useMutation(trpc.me.endOtherSessions.mutationOptions(options));
  if (error && !data) return <ErrorPanel error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton height={180} radius="lg" />;
  return (
    <section className={classes.card} aria-labelledby="sessions-title" data-testid="sessions">
      <div className={classes.head}>
        <h2 id="sessions-title" className={classes.heading}>
          {t("sessions")}
        </h2>
        {data.length > 1 ? (
          <Button
            size="compact-sm"
            variant="default"
            loading={endOthers.isPending}
            onClick={() => endOthers.mutate()}
            data-testid="end-others"
          >
            {t("endOthers")}
          </Button>
        ) : null}
      </div>
      <ul className={classes.sessions}>
        {data.map((session) => (
          <SessionRow
            key={session.sessionId}
            session={session}
            isEnding={endOne.isPending && endOne.variables.sessionId === session.sessionId}
            onEnd={() => endOne.mutate({ sessionId: session.sessionId })}
          />
        ))}
      </ul>
    </section>
  );
}

function SessionRow({
  session,
  isEnding,
  onEnd,
}: {
  session: MySession;
  isEnding: boolean;
  onEnd: () => void;
}) {
  const t = useTranslations("account");
  const formats = useLocaleFormats();
  const browser = nameBrowser(session.userAgent) ?? t("unknownBrowser");
  const since = t("since", { at: formats.fullDateTime(session.createdAt) });
  return (
    <li className={classes.session} data-testid="session-row">
      <div>
        <p className={classes.browser} title={session.userAgent ?? undefined}>
          {browser}
        </p>
        <p className={classes.where}>
          {since} · {t("seen", { at: formats.dateTime(session.seenAt) })}
          {session.address ? ` · ${session.address}` : null}
        </p>
      </div>
      {session.isCurrent ? (
        <span className={classes.here}>{t("thisBrowser")}</span>
      ) : (
        <Button
          size="compact-sm"
          variant="subtle"
          color="red"
          loading={isEnding}
          onClick={onEnd}
          aria-label={t("endSessionOf", { browser, since })}
        >
          {t("endSession")}
        </Button>
      )}
    </li>
  );
}
