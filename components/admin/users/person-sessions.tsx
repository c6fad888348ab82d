"use client";

import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { MySession } from "@/domain/contracts/account";
import { nameBrowser } from "../../account/name-browser";
import { useTRPC } from "../../lib/trpc";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { type Column, DataTable } from "../../ui/data-table";
import { ErrorPanel } from "../../ui/state-panel";
import { ListSkeleton } from "../../wallet/list-skeleton";
import classes from "../admin.module.css";
import { ReasonDialog } from "../reason-dialog";

/** Where a person is signed in; each place, or all of them, can be signed out for a reason. */
export function PersonSessions({ userId }: { userId: string }) {
  const t = useTranslations("personSessions");
  const trpc = useTRPC();
  const [ending, setEnding] = useState<{ sessionId?: string } | null>(null);
  const { data, error, refetch } = useQuery(trpc.people.sessions.queryOptions({ userId }));
  return (
    <section className={classes.card} aria-labelledby="person-sessions-title" data-testid="person-sessions">
      <div className={classes.cardHead}>
        <h2 id="person-sessions-title" className={classes.cardTitle}>
          {t("title")}
        </h2>
        {data && data.items.length > 0 ? (
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => setEnding({})}
            data-testid="end-all-sessions"
          >
            {t("endAll")}
          </Button>
        ) : null}
      </div>
      {error && !data ? <ErrorPanel error={error} onRetry={() => void refetch()} /> : null}
      {!data && !error ? <ListSkeleton label={t("title")} rows={2} /> : null}
      {data?.items.length === 0 ? <p className={classes.hint}>{t("none")}</p> : null}
      {data && data.items.length > 0 ? (
        <SessionTable items={data.items} onEnd={(sessionId) => setEnding({ sessionId })} />
      ) : null}
      {ending ? <EndDialog userId={userId} {...ending} onClose={() => setEnding(null)} /> : null}
    </section>
  );
}

interface SessionTableProps {
  items: readonly MySession[];
  onEnd: (sessionId: string) => void;
}

function SessionTable({ items, onEnd }: SessionTableProps) {
  const t = useTranslations("personSessions");
  const formats = useLocaleFormats();
  const columns: Column<MySession>[] = [
    {
      key: "browser",
      label: t("browser"),
      isTitle: true,
      renderCell: ({ userAgent }) => nameBrowser(userAgent) ?? t("unknown"),
    },
    { key: "address", label: t("address"), renderCell: ({ address }) => address },
    { key: "since", label: t("since"), renderCell: ({ createdAt }) => formats.dateTime(createdAt) },
    { key: "seen", label: t("seen"), renderCell: ({ seenAt }) => formats.dateTime(seenAt) },
    {
      key: "end",
      label: t("end"),
      isActing: true,
      renderCell: ({ sessionId, createdAt }) => (
        <Button
          size="compact-sm"
          variant="default"
          aria-label={t("endOne", { at: formats.dateTime(createdAt) })}
          onClick={() => onEnd(sessionId)}
          data-testid="end-person-session"
        >
          {t("end")}
        </Button>
      ),
    },
  ];
  return (
    <DataTable
      labelledBy="person-sessions-title"
      items={items}
      columns={columns}
      rowKey={({ sessionId }) => sessionId}
      testId="person-sessions-table"
    />
  );
}

interface EndDialogProps {
  userId: string;
  sessionId?: string;
  onClose: () => void;
}

function EndDialog({ userId, sessionId, onClose }: EndDialogProps) {
  const t = useTranslations("personSessions");
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const end = useMutation(
    trpc.people.endSessions.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries({ queryKey: trpc.people.pathKey() });
        onClose();
      },
    }),
  );
  return (
    <ReasonDialog
      title={t(sessionId === undefined ? "endAll" : "end")}
      confirm={t(sessionId === undefined ? "endAll" : "end")}
      danger
      isPending={end.isPending}
      error={end.error}
      onConfirm={(reason) => end.mutate({ userId, sessionId, reason })}
      onClose={onClose}
    >
      <p>{t("endText")}</p>
    </ReasonDialog>
  );
}
