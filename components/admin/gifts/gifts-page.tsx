"use client";

import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import type { CatalogueItem } from "@/domain/contracts/gift";
import { GiftArt } from "../../gift/art/gift-art";
import { lazyPart } from "../../lib/lazy-part";
import { useTRPC } from "../../lib/trpc";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { CoinAmount } from "../../ui/coin";
import { type Column, DataTable } from "../../ui/data-table";
import classes from "../admin.module.css";
import { KeptListPage } from "../kept-list-page";

const GiftDialog = lazyPart(() => import("./gift-dialog").then((m) => m.GiftDialog));

/** The catalogue: every gift, on sale or not, its price and its effect. */
export function GiftsPage() {
  const t = useTranslations("adminGifts");
  const trpc = useTRPC();
  return (
    <KeptListPage
      title={t("title")}
      text={t("text")}
      create={t("create")}
      createTestId="gift-new"
      loading={t("loading")}
      query={useQuery(trpc.gift.catalogue.queryOptions())}
      renderTable={(gifts, onChange: (gift: CatalogueItem) => void) => (
        <GiftTable gifts={gifts} onChange={onChange} />
      )}
      renderDialog={(gift, onClose) => <GiftDialog gift={gift} onClose={onClose} />}
    />
  );
}

function GiftTable({
  gifts,
  onChange,
}: {
  gifts: readonly CatalogueItem[];
  onChange: (gift: CatalogueItem) => void;
}) {
  const t = useTranslations("adminGifts");
  const formats = useLocaleFormats();
  const columns: Column<CatalogueItem>[] = [
    {
      key: "name",
      label: t("name"),
      renderCell: ({ effect, nameEn, nameZh }) => {
        const [own, other] = formats.locale === "zh" ? [nameZh, nameEn] : [nameEn, nameZh];
        return (
          <span style={{ display: "inline-flex", alignItems: "center", gap: 8 }}>
            <GiftArt effect={effect} size={28} />
            <span>
              <bdi>{own}</bdi> · <bdi>{other}</bdi>
            </span>
          </span>
        );
      },
    },
    { key: "id", label: t("giftId"), renderCell: ({ giftId }) => <code>{giftId}</code> },
    {
      key: "price",
      label: t("price"),
      isEnd: true,
      renderCell: ({ priceCoins }) => <CoinAmount>{formats.coins(priceCoins)}</CoinAmount>,
    },
    {
      key: "effect",
      label: t("effect"),
      renderCell: ({ effect, svgaUrl }) => (svgaUrl ? t("ownFile", { host: hostOf(svgaUrl) }) : effect),
    },
    {
      key: "state",
      label: t("state"),
      renderCell: ({ enabled }) => (
        <span className={enabled ? classes.good : classes.tileNote}>{t(enabled ? "onSale" : "offSale")}</span>
      ),
    },
    {
      key: "change",
      label: t("change"),
      isActing: true,
      renderCell: (gift) => (
        <Button size="compact-sm" variant="default" onClick={() => onChange(gift)} data-testid="gift-change">
          {t("change")}
        </Button>
      ),
    },
  ];
  return (
    <DataTable
      label={t("title")}
      items={gifts}
      columns={columns}
      rowKey={({ giftId }) => giftId}
      rowProps={({ giftId, enabled }) => ({
        "data-testid": "gift-row",
        "data-gift-id": giftId,
        "data-enabled": enabled,
      })}
      testId="gifts-table"
    />
  );
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}
