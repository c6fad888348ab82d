"use client";

import { Button } from "@mantine/core";
import { useTranslations } from "next-intl";
import type { AccountRestriction } from "@/domain/contracts/people";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { type Column, DataTable } from "../../ui/data-table";
import classes from "../admin.module.css";

interface RestrictionTableProps {
  restrictions: readonly AccountRestriction[];
  onLift: (restriction: AccountRestriction) => void;
}

/** What is stopped of a person, by whom and until when; what was lifted stays in the list. */
export function RestrictionTable({ restrictions, onLift }: RestrictionTableProps) {
  const t = useTranslations("adminUsers");
  const common = useTranslations("adminCommon");
  const formats = useLocaleFormats();
  function endOf({ liftedAt, liftedBy, liftReason, until }: AccountRestriction) {
    if (liftedAt) {
      const name = liftedBy?.nickname ?? t("platform");
      return t("liftedBy", { at: formats.dateTime(liftedAt), name, reason: liftReason ?? "" });
    }
    return until ? t("untilAt", { at: formats.dateTime(until) }) : t("forGood");
  }
  const columns: Column<AccountRestriction>[] = [
    {
      key: "what",
      label: t("what"),
      isTitle: true,
      renderCell: ({ kind, stands, isDone }) => (
        <>
          <strong className={stands ? classes.bad : undefined}>{t(`kinds.${kind}`)}</strong>
          {stands && !isDone ? ` (${t("onItsWay")})` : ""}
        </>
      ),
    },
    { key: "reason", label: common("reason"), renderCell: ({ reason }) => reason },
    {
      key: "by",
      label: common("by"),
      renderCell: ({ createdAt, createdBy }) => (
        <>
          {formats.dateTime(createdAt)} · <bdi>{createdBy.nickname ?? t("platform")}</bdi>
        </>
      ),
    },
    { key: "until", label: t("until"), renderCell: endOf },
    {
      key: "lift",
      label: t("lift"),
      isActing: true,
      renderCell: (restriction) =>
        restriction.stands ? (
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => onLift(restriction)}
            data-testid="lift-restriction"
          >
            {t("lift")}
          </Button>
        ) : null,
    },
  ];
  return (
    <DataTable
      labelledBy="restrictions-title"
      items={restrictions}
      columns={columns}
      rowKey={({ restrictionId }) => restrictionId}
      rowProps={({ kind, stands }) => ({
        "data-testid": "restriction",
        "data-kind": kind,
        "data-stands": stands,
      })}
      testId="restrictions"
    />
  );
}
