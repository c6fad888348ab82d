"use client";

import { Button, Skeleton } from "@mantine/core";
import { IconMessageOff, IconUserX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { isForGood } from "../../../lib/format";
import { useTRPC } from "../../../lib/trpc";
import { useLocaleFormats } from "../../../lib/use-locale-formats";
import classes from "./restricted-list.module.css";
import { useModeration } from "./use-moderation";

/** Restrictions end by themselves; the list is read again this often to show it. */
const REFRESH_MS = 30_000;

/** Who may not come in or not chat in a room now, each with a way to undo it. */
export function RestrictedList({ roomId }: { roomId: string }) {
  const t = useTranslations("moderation");
  const trpc = useTRPC();
  const formats = useLocaleFormats();
  const { undo, isUndoing } = useModeration(roomId);
  const list = useQuery(trpc.room.restricted.queryOptions({ roomId }, { refetchInterval: REFRESH_MS }));
  if (list.isPending) return <Skeleton height={44} />;
  const rows = list.data ?? [];
  if (rows.length === 0) return <p className={classes.empty}>{t("nobody")}</p>;
  return (
    <ul className={classes.list} data-testid="restricted-list">
      {rows.map((row) => {
        const Icon = row.kind === "kick" ? IconUserX : IconMessageOff;
        return (
          <li key={`${row.kind}/${row.userId}`} className={classes.row} data-testid="restricted-row">
            <Icon size={18} aria-hidden className={classes.icon} />
            <span className={classes.words}>
              <b className={classes.name}>{row.nickname || t("somebody")}</b>
              <span className={classes.terms}>
                {t(row.kind === "kick" ? "isKicked" : "isMuted")}{" "}
                {isForGood(row.until) ? t("forGood") : t("until", { until: formats.dateTime(row.until) })}
                {row.reason ? (
                  <>
                    {" · "}
                    <bdi>{row.reason}</bdi>
                  </>
                ) : null}
              </span>
            </span>
            <Button
              size="compact-sm"
              variant="default"
              disabled={isUndoing}
              aria-label={t("undoFor", { name: row.nickname || t("somebody") })}
              data-testid="restricted-undo"
              onClick={() => undo(row.kind, row)}
            >
              {t("undo")}
            </Button>
          </li>
        );
      })}
    </ul>
  );
}
