"use client";

import { Button, SegmentedControl } from "@mantine/core";
import { keepPreviousData, useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { ApplicationItem } from "@/domain/contracts/application";
import { useTRPC } from "../../lib/trpc";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { type Column, DataTable } from "../../ui/data-table";
import { PagedList } from "../../ui/paged-list";
import classes from "../admin.module.css";
import { ReasonDialog } from "../reason-dialog";

const SHOWN = ["open", "all"] as const;

/** Who wants to become an anchor: those who wait, longest first. */
export function Applications() {
  const t = useTranslations("adminApplications");
  const trpc = useTRPC();
  const [shown, setShown] = useState<(typeof SHOWN)[number]>("open");
  const [chosen, setChosen] = useState<{ item: ApplicationItem; approve: boolean } | null>(null);
  const applications = useInfiniteQuery(
    trpc.people.applications.infiniteQueryOptions(
      { status: shown === "open" ? "open" : undefined },
      { getNextPageParam: (page) => page.nextCursor ?? undefined, placeholderData: keepPreviousData },
    ),
  );
  return (
    <section className={classes.card} aria-labelledby="applications-title" data-testid="applications">
      <div className={classes.cardHead}>
        <h2 id="applications-title" className={classes.cardTitle}>
          {t("title")}
        </h2>
        <SegmentedControl
          size="xs"
          value={shown}
          onChange={(value) => setShown(SHOWN.find((one) => one === value) ?? "open")}
          aria-label={t("show")}
          data={SHOWN.map((value) => ({ value, label: t(`shown.${value}`) }))}
        />
      </div>
      <PagedList
        query={applications}
        loading={t("loading")}
        empty={<p className={classes.hint}>{t(shown === "open" ? "noneOpen" : "none")}</p>}
      >
        {(items: readonly ApplicationItem[]) => <ApplicationTable items={items} onDecide={setChosen} />}
      </PagedList>
      {chosen ? <DecideDialog {...chosen} onClose={() => setChosen(null)} /> : null}
    </section>
  );
}

interface ApplicationTableProps {
  items: readonly ApplicationItem[];
  onDecide: (decision: { item: ApplicationItem; approve: boolean }) => void;
}

function ApplicationTable({ items, onDecide }: ApplicationTableProps) {
  const t = useTranslations("adminApplications");
  const formats = useLocaleFormats();
  const columns: Column<ApplicationItem>[] = [
    {
      key: "person",
      label: t("person"),
      isTitle: true,
      renderCell: ({ person }) => (
        <Link className={classes.link} href={`/admin/users?userId=${person.userId}`}>
          <bdi>{person.nickname}</bdi>
        </Link>
      ),
    },
    {
      key: "about",
      label: t("about"),
      renderCell: ({ about }) => <bdi style={{ whiteSpace: "pre-line" }}>{about}</bdi>,
    },
    { key: "at", label: t("at"), renderCell: ({ createdAt }) => formats.dateTime(createdAt) },
    {
      key: "decision",
      label: t("decision"),
      isActing: true,
      renderCell: (item) =>
        item.status === "open" ? (
          <Button.Group>
            <Button
              size="compact-sm"
              onClick={() => onDecide({ item, approve: true })}
              data-testid="application-approve"
            >
              {t("approve")}
            </Button>
            <Button
              size="compact-sm"
              variant="default"
              onClick={() => onDecide({ item, approve: false })}
              data-testid="application-reject"
            >
              {t("reject")}
            </Button>
          </Button.Group>
        ) : (
          <span>
            {t(`statuses.${item.status}`)} · <bdi>{item.decidedBy?.nickname ?? "—"}</bdi> ·{" "}
            <bdi>{item.reason}</bdi>
          </span>
        ),
    },
  ];
  return (
    <DataTable
      labelledBy="applications-title"
      items={items}
      columns={columns}
      rowKey={({ applicationId }) => applicationId}
      rowProps={({ status }) => ({ "data-testid": "application", "data-status": status })}
      testId="applications-table"
    />
  );
}

interface DecideDialogProps {
  item: ApplicationItem;
  approve: boolean;
  onClose: () => void;
}

function DecideDialog({ item, approve, onClose }: DecideDialogProps) {
  const t = useTranslations("adminApplications");
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const decide = useMutation(
    trpc.people.decideApplication.mutationOptions({
      onSuccess: async () => {
        await Promise.all(
          [trpc.people.pathKey(), trpc.ops.attention.queryKey()].map((queryKey) =>
            queryClient.invalidateQueries({ queryKey }),
          ),
        );
        onClose();
      },
    }),
  );
  const { applicationId, person } = item;
  return (
    <ReasonDialog
      title={t(approve ? "approveTitle" : "rejectTitle", { name: person.nickname })}
      confirm={t(approve ? "approve" : "reject")}
      danger={!approve}
      isPending={decide.isPending}
      error={decide.error}
      onConfirm={(reason) => decide.mutate({ applicationId, approve, reason })}
      onClose={onClose}
    >
      <p style={{ margin: 0 }}>{t(approve ? "approveText" : "rejectText")}</p>
    </ReasonDialog>
  );
}
