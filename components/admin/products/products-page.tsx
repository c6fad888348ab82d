"use client";

import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import type { ProductItem } from "@/domain/contracts/recharge";
import { lazyPart } from "../../lib/lazy-part";
import { useTRPC } from "../../lib/trpc";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { CoinAmount } from "../../ui/coin";
import { type Column, DataTable } from "../../ui/data-table";
import classes from "../admin.module.css";
import { KeptListPage } from "../kept-list-page";

const ProductDialog = lazyPart(() => import("./product-dialog").then((m) => m.ProductDialog));

/** What coins can be bought for, on sale or not. */
export function ProductsPage() {
  const t = useTranslations("adminProducts");
  const trpc = useTRPC();
  return (
    <KeptListPage
      title={t("title")}
      text={t("text")}
      create={t("create")}
      createTestId="product-new"
      loading={t("loading")}
      query={useQuery(trpc.product.list.queryOptions())}
      renderTable={(products, onChange: (product: ProductItem) => void) => (
        <ProductTable products={products} onChange={onChange} />
      )}
      renderDialog={(product, onClose) => <ProductDialog product={product} onClose={onClose} />}
    />
  );
}

interface ProductTableProps {
  products: readonly ProductItem[];
  onChange: (product: ProductItem) => void;
}

function ProductTable({ products, onChange }: ProductTableProps) {
  const t = useTranslations("adminProducts");
  const formats = useLocaleFormats();
  const columns: Column<ProductItem>[] = [
    {
      key: "coins",
      label: t("coins"),
      isTitle: true,
      renderCell: ({ coins }) => <CoinAmount>{formats.coins(coins)}</CoinAmount>,
    },
    { key: "price", label: t("price"), isEnd: true, renderCell: ({ priceFen }) => formats.fen(priceFen) },
    { key: "id", label: t("productId"), renderCell: ({ productId }) => <code>{productId}</code> },
    { key: "order", label: t("sortOrder"), isEnd: true, renderCell: ({ sortOrder }) => sortOrder },
    {
      key: "state",
      label: t("state"),
      renderCell: ({ enabled }) => (
        <span className={enabled ? classes.good : classes.tileNote}>{t(enabled ? "onSale" : "offSale")}</span>
      ),
    },
    { key: "at", label: t("updatedAt"), renderCell: ({ updatedAt }) => formats.dateTime(updatedAt) },
    {
      key: "change",
      label: t("change"),
      isActing: true,
      renderCell: (product) => (
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => onChange(product)}
          data-testid="product-change"
        >
          {t("change")}
        </Button>
      ),
    },
  ];
  return (
    <DataTable
      label={t("title")}
      items={products}
      columns={columns}
      rowKey={({ productId }) => productId}
      rowProps={({ productId, enabled }) => ({
        "data-testid": "product-row",
        "data-product-id": productId,
        "data-enabled": enabled,
      })}
      testId="products-table"
    />
  );
}
