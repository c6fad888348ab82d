"use client";

import { useMediaQuery } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import type { PaymentLife as Life, PaymentFactItem, RechargeOrderFacts } from "@/domain/contracts/recharge";
import { useTRPC } from "../../lib/trpc";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { type Column, DataTable } from "../../ui/data-table";
import { Modal } from "../../ui/modal";
import { ErrorPanel } from "../../ui/state-panel";
import { TraceId } from "../../ui/trace-id";
import { ListSkeleton } from "../../wallet/list-skeleton";
import classes from "../admin.module.css";

const REFRESH_MS = 3_000;

interface PaymentLifeProps {
  order: RechargeOrderFacts;
  onClose: () => void;
}

/** All that became of one payment: what its provider said, what it owes, and what was done about it. */
export function PaymentLife({ order, onClose }: PaymentLifeProps) {
  const t = useTranslations("paymentLife");
  const trpc = useTRPC();
  const isPhone = useMediaQuery("(max-width: 40em)");
  const { paymentId } = order;
  const { data, error, refetch } = useQuery(
    trpc.wallet.paymentLife.queryOptions({ paymentId }, { refetchInterval: REFRESH_MS }),
  );
  return (
    <Modal
      opened
      onClose={onClose}
      title={t("title")}
      size="xl"
      fullScreen={isPhone}
      closeButtonProps={{ "aria-label": t("close") }}
    >
      <div style={{ display: "grid", gap: 14 }} data-testid="payment-life" data-standing={data?.standing}>
        <p className={`${classes.hint} ${classes.mono}`} style={{ overflowWrap: "anywhere" }}>
          {paymentId}
        </p>
        {error && !data ? <ErrorPanel error={error} onRetry={() => void refetch()} /> : null}
        {!data && !error ? <ListSkeleton label={t("loading")} /> : null}
        {data ? <Everything life={data} /> : null}
      </div>
    </Modal>
  );
}

function Everything({ life }: { life: Life }) {
  const t = useTranslations("paymentLife");
  const formats = useLocaleFormats();
  const takenCoins = life.recoveredCoins - life.returnedCoins;
  const figures: [label: string, value: string, isBad?: boolean][] = [
    [t("price"), `${formats.fen(life.priceFen)} · ${formats.coins(life.coins)}`],
    [t("owed"), `${formats.fen(life.owedFen)} · ${formats.coins(life.owedCoins)}`],
    [t("taken"), formats.coins(takenCoins)],
    [t("returned"), formats.coins(life.returnedCoins)],
    [t("missing"), formats.coins(Math.max(0, life.owedCoins - takenCoins)), life.owedCoins > takenCoins],
  ];
  return (
    <>
      <p style={{ margin: 0 }}>
        <strong>{t(`standings.${life.standing}`)}</strong> · {t(`explanations.${life.standing}`)}
      </p>
      <dl className={`${classes.figures} numeric`}>
        {figures.map(([label, value, isBad]) => (
          <div key={label} className={classes.tile}>
            <dt className={classes.tileLabel}>{label}</dt>
            <dd className={isBad ? classes.bad : undefined}>{value}</dd>
          </div>
        ))}
      </dl>
      <p className={classes.hint}>
        {t(life.freezes ? "freezes" : "freezesNot")}{" "}
        <Link className={classes.link} href={`/admin/wallets?userId=${life.userId}`}>
          {t("toWallet")}
        </Link>
      </p>
      <Facts facts={life.facts} />
      <Gifts gifts={life.gifts} />
      <Holds holds={life.holds} />
    </>
  );
}

const FACT_KINDS = [
  "paid",
  "failed",
  "refund",
  "refund_total",
  "dispute",
  "fraud_warning",
  "not_understood",
] as const;
const FACT_STATES = ["live", "dead", "inquiry", "inquiry_closed", "open", "won", "lost"] as const;

function Facts({ facts }: { facts: readonly PaymentFactItem[] }) {
  const t = useTranslations("paymentLife");
  const formats = useLocaleFormats();
  if (facts.length === 0) return null;
  const kindOf = (kind: string) => FACT_KINDS.find((known) => known === kind);
  const stateOf = (state: string) => FACT_STATES.find((known) => known === state);
  const columns: Column<PaymentFactItem>[] = [
    {
      key: "at",
      label: t("heardAt"),
      isNowrap: true,
      renderCell: ({ heardAt }) => <time dateTime={heardAt}>{formats.dateTime(heardAt)}</time>,
    },
    {
      key: "what",
      label: t("said"),
      isTitle: true,
      renderCell: (fact) => {
        const [kind, state] = [kindOf(fact.kind), stateOf(fact.state)];
        const said = Object.entries(fact.said).map(([key, value]) => `${key}=${String(value)}`);
        return (
          <span title={said.join(", ")}>
            {kind ? t(`kinds.${kind}`) : fact.kind}
            {state ? ` · ${t(`states.${state}`)}` : ""}
          </span>
        );
      },
    },
    {
      key: "amount",
      label: t("amount"),
      isEnd: true,
      isFigure: true,
      renderCell: ({ amountFen }) => (amountFen === null ? t("whole") : formats.fen(amountFen)),
    },
    { key: "ref", label: t("ref"), className: classes.mono, renderCell: ({ ref }) => ref },
    { key: "trace", label: t("trace"), renderCell: ({ traceId }) => <TraceId traceId={traceId} /> },
  ];
  return (
    <section style={{ display: "grid", gap: 8, minWidth: 0 }} aria-labelledby="life-facts">
      <h3 id="life-facts" className={classes.cardTitle}>
        {t("facts")}
      </h3>
      <DataTable
        labelledBy="life-facts"
        items={facts}
        columns={columns}
        rowKey={({ traceId, kind, ref, state, heardAt }) => [traceId, kind, ref, state, heardAt].join("/")}
        testId="life-facts"
        isHeadless
      />
    </section>
  );
}

function Gifts({ gifts }: { gifts: Life["gifts"] }) {
  const t = useTranslations("paymentLife");
  const formats = useLocaleFormats();
  if (gifts.length === 0) return null;
  const columns: Column<Life["gifts"][number]>[] = [
    {
      key: "at",
      label: t("takenAt"),
      isNowrap: true,
      renderCell: ({ at }) => <time dateTime={at}>{formats.dateTime(at)}</time>,
    },
    {
      key: "anchor",
      label: t("anchor"),
      isTitle: true,
      renderCell: ({ anchorName, anchorId }) => anchorName ?? anchorId,
    },
    {
      key: "coins",
      label: t("coins"),
      isEnd: true,
      isFigure: true,
      renderCell: ({ coins }) => formats.coins(coins),
    },
    {
      key: "order",
      label: t("order"),
      className: classes.mono,
      renderCell: ({ giftOrderId }) => (
        <Link className={classes.link} href={`/admin/orders?giftOrderId=${giftOrderId}`}>
          {giftOrderId}
        </Link>
      ),
    },
  ];
  return (
    <section style={{ display: "grid", gap: 8, minWidth: 0 }} aria-labelledby="life-gifts">
      <h3 id="life-gifts" className={classes.cardTitle}>
        {t("gifts")}
      </h3>
      <DataTable
        labelledBy="life-gifts"
        items={gifts}
        columns={columns}
        rowKey={({ refundId }) => refundId}
        testId="life-gifts"
        isHeadless
      />
    </section>
  );
}

function Holds({ holds }: { holds: Life["holds"] }) {
  const t = useTranslations("paymentLife");
  const formats = useLocaleFormats();
  if (holds.length === 0) return null;
  return (
    <section style={{ display: "grid", gap: 8 }} aria-labelledby="life-holds">
      <h3 id="life-holds" className={classes.cardTitle}>
        {t("holds")}
      </h3>
      <ul style={{ margin: 0, paddingInlineStart: 20 }} data-testid="life-holds">
        {holds.map((hold) => (
          <li key={`${hold.anchorId}/${hold.placedAt}`} className={hold.liftedAt ? undefined : classes.bad}>
            {hold.anchorName ?? hold.anchorId} · {formats.dateTime(hold.placedAt)} –{" "}
            {hold.liftedAt ? formats.dateTime(hold.liftedAt) : t("stillHeld")}
          </li>
        ))}
      </ul>
    </section>
  );
}
