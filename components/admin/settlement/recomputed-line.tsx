"use client";

import { Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import type { RecomputedLine as Line, LineSums, RecomputedGift } from "@/domain/contracts/finance";
import { formatBps } from "../../lib/format";
import { useTRPC } from "../../lib/trpc";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { type Column, DataTable } from "../../ui/data-table";
import { Modal } from "../../ui/modal";
import { ErrorPanel } from "../../ui/state-panel";
import { TraceId } from "../../ui/trace-id";
import { ListSkeleton } from "../../wallet/list-skeleton";
import classes from "../admin.module.css";

interface RecomputedLineDialogProps {
  lineId: string;
  onClose: () => void;
}

/** A stored line beside the same sums computed now from its gifts, and those gifts one by one. */
export function RecomputedLineDialog({ lineId, onClose }: RecomputedLineDialogProps) {
  const t = useTranslations("adminSettlement");
  return (
    <Modal
      opened
      onClose={onClose}
      size="xl"
      title={t("recomputedTitle", { lineId })}
      closeButtonProps={{ "aria-label": t("close") }}
    >
      <RecomputedLine lineId={lineId} />
    </Modal>
  );
}

function RecomputedLine({ lineId }: { lineId: string }) {
  const t = useTranslations("adminSettlement");
  const trpc = useTRPC();
  const query = useInfiniteQuery(
    trpc.finance.recomputeLine.infiniteQueryOptions(
      { lineId, limit: 50 },
      { getNextPageParam: (page) => page.nextCursor ?? undefined, retry: false },
    ),
  );
  const first = query.data?.pages[0];
  if (query.isError && !first) return <ErrorPanel error={query.error} onRetry={() => void query.refetch()} />;
  if (!first) return <ListSkeleton label={t("loading")} />;
  return (
    <div style={{ display: "grid", gap: 14 }} data-testid="recomputed" data-equal={first.isEqual}>
      <p className={first.isEqual ? classes.good : classes.bad} style={{ margin: 0, fontWeight: 650 }}>
        {t(first.isEqual ? "equal" : "differs")}
      </p>
      <Sums stored={first.line} recomputed={first.recomputed} />
      <Ranges batchId={first.line.batchId} ranges={first.ranges} />
      <Gifts gifts={query.data?.pages.flatMap((page) => page.gifts) ?? []} />
      {query.hasNextPage ? (
        <div>
          <Button
            variant="default"
            loading={query.isFetchingNextPage}
            onClick={() => void query.fetchNextPage()}
          >
            {t("loadMore")}
          </Button>
        </div>
      ) : null}
    </div>
  );
}

/** Which numbers of which buckets the line's batch is made of: with 64 buckets a long list. */
function Ranges({ batchId, ranges }: { batchId: string; ranges: Line["ranges"] }) {
  const t = useTranslations("adminSettlement");
  return (
    <details data-testid="recomputed-ranges">
      <summary>{t("ranges", { batchId, buckets: ranges.length })}</summary>
      <p className={`${classes.hint} numeric`} style={{ margin: "6px 0 0" }}>
        {ranges.map(({ bucket, fromSeq, toSeq }) => `${bucket} / ${fromSeq}–${toSeq}`).join(", ")}
      </p>
    </details>
  );
}

const SUMS = ["gifts", "coins", "grossFen", "anchorFen", "platformFen"] as const;

function Sums({ stored, recomputed }: { stored: LineSums; recomputed: LineSums }) {
  const t = useTranslations("adminSettlement");
  const formats = useLocaleFormats();
  const show = (sums: LineSums, key: (typeof SUMS)[number]) =>
    key === "gifts" || key === "coins" ? formats.coins(sums[key]) : formats.fen(sums[key]);
  const rows = [
    { name: t("stored"), sums: stored },
    { name: t("recomputed"), sums: recomputed },
  ];
  const columns: Column<(typeof rows)[number]>[] = [
    { key: "name", label: t("sumsOf"), isTitle: true, renderCell: ({ name }) => <strong>{name}</strong> },
    ...SUMS.map((key) => ({
      key,
      label: t(`sums.${key}`),
      isEnd: true,
      className: stored[key] === recomputed[key] ? undefined : classes.bad,
      renderCell: ({ sums }: (typeof rows)[number]) => show(sums, key),
    })),
  ];
  return <DataTable label={t("sumsOf")} items={rows} columns={columns} rowKey={({ name }) => name} />;
}

function Gifts({ gifts }: { gifts: readonly RecomputedGift[] }) {
  const t = useTranslations("adminSettlement");
  const formats = useLocaleFormats();
  const columns: Column<RecomputedGift>[] = [
    {
      key: "number",
      label: t("number"),
      isEnd: true,
      isNowrap: true,
      renderCell: ({ bucket, seq }) => `${bucket} / ${seq}`,
    },
    {
      key: "at",
      label: t("sentAt"),
      isNowrap: true,
      isTitle: true,
      renderCell: ({ sentAt }) => formats.dateTime(sentAt),
    },
    {
      key: "order",
      label: t("order"),
      className: classes.mono,
      renderCell: ({ giftOrderId, refunded }) => (
        <>
          <Link className={classes.link} href={`/admin/orders?giftOrderId=${giftOrderId}`}>
            {giftOrderId.slice(0, 8)}
          </Link>
          {refunded ? <strong className={classes.bad}> {t("refunded")}</strong> : null}
        </>
      ),
    },
    {
      key: "coins",
      label: t("coins"),
      isEnd: true,
      isFigure: true,
      renderCell: ({ totalCoins }) => formats.coins(totalCoins),
    },
    { key: "share", label: t("share"), isEnd: true, renderCell: ({ shareBps }) => formatBps(shareBps) },
    {
      key: "anchorPart",
      label: t("anchorPart"),
      isEnd: true,
      renderCell: ({ anchorFen }) => formats.fen(anchorFen),
    },
    {
      key: "platformPart",
      label: t("platformPart"),
      isEnd: true,
      renderCell: ({ platformFen }) => formats.fen(platformFen),
    },
    { key: "trace", label: t("trace"), renderCell: ({ traceId }) => <TraceId traceId={traceId} /> },
  ];
  return (
    <DataTable
      label={t("gifts")}
      items={gifts}
      columns={columns}
      rowKey={({ bucket, seq }) => `${bucket}/${seq}`}
      testId="recomputed-gifts"
    />
  );
}
