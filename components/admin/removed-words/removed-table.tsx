"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import type { FoundRemovedMessage } from "@/domain/contracts/removed-chat";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { type Column, DataTable } from "../../ui/data-table";
import { TraceId } from "../../ui/trace-id";
import classes from "../admin.module.css";

export function RemovedTable({ messages }: { messages: readonly FoundRemovedMessage[] }) {
  const t = useTranslations("adminRemovedWords");
  const common = useTranslations("adminCommon");
  const formats = useLocaleFormats();
  const person = (userId: string, name: string) => (
    <Link className={classes.link} href={`/admin/users?userId=${userId}`}>
      {name}
    </Link>
  );
  function removedBy({ removedBy: userId, removedByName, sender, room }: FoundRemovedMessage) {
    if (userId === sender.userId) return t("author");
    const name = removedByName ?? userId.slice(0, 8);
    return person(userId, userId === room.anchor.userId ? t("anchorHere", { name }) : name);
  }
  const columns: Column<FoundRemovedMessage>[] = [
    {
      key: "at",
      label: t("at"),
      isNowrap: true,
      renderCell: ({ removedAt, at }) => (
        <time dateTime={removedAt} title={`${t("saidAt")}: ${formats.fullDateTime(at)}`}>
          {formats.dateTime(removedAt)}
        </time>
      ),
    },
    { key: "words", label: t("words"), isTitle: true, renderCell: ({ text }) => text },
    {
      key: "person",
      label: t("person"),
      renderCell: ({ sender }) => person(sender.userId, sender.nickname),
    },
    {
      key: "room",
      label: t("room"),
      renderCell: ({ room }) => (
        <Link className={classes.link} href={`/admin/rooms?q=${room.roomId}`}>
          {room.title}
        </Link>
      ),
    },
    { key: "by", label: t("by"), renderCell: removedBy },
    {
      key: "reason",
      label: t("reason"),
      renderCell: ({ reason }) => reason ?? <span className={classes.hint}>{t("noReason")}</span>,
    },
    { key: "trace", label: common("trace"), renderCell: ({ traceId }) => <TraceId traceId={traceId} /> },
  ];
  return (
    <DataTable
      label={t("list")}
      items={messages}
      columns={columns}
      rowKey={({ messageId, sender }) => `${messageId}/${sender.userId}`}
      rowProps={({ messageId, removedBy: by }) => ({
        "data-testid": "removed-row",
        "data-message-id": messageId,
        "data-removed-by": by,
      })}
      testId="removed-table"
    />
  );
}
