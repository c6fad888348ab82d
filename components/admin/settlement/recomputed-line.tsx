"use client";

import { Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import type { RecomputedLine as Line, LineSums, RecomputedGift } from "@/server/contracts/finance";
import { formatBps } from "../../lib/format";
import { useTRPC } from "../../lib/trpc";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { Modal } from "../../ui/modal";
import { ErrorPanel } from "../../ui/state-panel";
import { Table } from "../../ui/table";
import { TraceId } from "../../ui/trace-id";
import { ListSkeleton } from "../../wallet/list-skeleton";
import classes from "../admin.module.css";
import { ScrollFrame } from "../scroll-frame";

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
  return (
    <div className={classes.tableFrame}>
      <Table className={`${classes.table} numeric`} verticalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th />
            {SUMS.map((key) => (
              <Table.Th key={key} className={classes.right}>
                {t(`sums.${key}`)}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {[
            { key: "stored", sums: stored },
            { key: "recomputed", sums: recomputed },
          ].map(({ key, sums }) => (
            <Table.Tr key={key}>
              <Table.Th scope="row">{t(key === "stored" ? "stored" : "recomputed")}</Table.Th>
              {SUMS.map((sum) => (
                <Table.Td
                  key={sum}
                  className={`${classes.right} ${stored[sum] === recomputed[sum] ? "" : classes.bad}`}
                >
                  {show(sums, sum)}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

function Gifts({ gifts }: { gifts: readonly RecomputedGift[] }) {
  const t = useTranslations("adminSettlement");
  const formats = useLocaleFormats();
  return (
    <ScrollFrame label={t("gifts")}>
      <Table className={`${classes.table} numeric`} verticalSpacing="xs" data-testid="recomputed-gifts">
        <Table.Thead>
          <Table.Tr>
            <Table.Th className={classes.right}>{t("number")}</Table.Th>
            <Table.Th>{t("sentAt")}</Table.Th>
            <Table.Th>{t("order")}</Table.Th>
            <Table.Th className={classes.right}>{t("coins")}</Table.Th>
            <Table.Th className={classes.right}>{t("share")}</Table.Th>
            <Table.Th className={classes.right}>{t("anchorPart")}</Table.Th>
            <Table.Th className={classes.right}>{t("platformPart")}</Table.Th>
            <Table.Th>{t("trace")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {gifts.map((gift) => (
            <Table.Tr key={`${gift.bucket}/${gift.seq}`}>
              <Table.Td className={`${classes.right} ${classes.nowrap}`}>
                {gift.bucket} / {gift.seq}
              </Table.Td>
              <Table.Td className={classes.nowrap}>{formats.dateTime(gift.sentAt)}</Table.Td>
              <Table.Td className={classes.mono}>
                <Link className={classes.link} href={`/admin/orders?giftOrderId=${gift.giftOrderId}`}>
                  {gift.giftOrderId.slice(0, 8)}
                </Link>
                {gift.refunded ? <strong className={classes.bad}> {t("refunded")}</strong> : null}
              </Table.Td>
              <Table.Td className={classes.right}>{formats.coins(gift.totalCoins)}</Table.Td>
              <Table.Td className={classes.right}>{formatBps(gift.shareBps)}</Table.Td>
              <Table.Td className={classes.right}>{formats.fen(gift.anchorFen)}</Table.Td>
              <Table.Td className={classes.right}>{formats.fen(gift.platformFen)}</Table.Td>
              <Table.Td>
                <TraceId traceId={gift.traceId} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollFrame>
  );
}
