"use client";

import { NumberInput, Switch, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { ProductItem } from "@/domain/contracts/recharge";
import { PRODUCT_COINS_MAX, PRODUCT_FEN_MAX } from "@/domain/rules/money";
import { formatYuan, parseYuan } from "../../lib/parse-yuan";
import { useTRPC } from "../../lib/trpc";
import { ReasonDialog } from "../reason-dialog";

interface ProductDialogProps {
  /** Null makes a new one. */
  product: ProductItem | null;
  onClose: () => void;
}

/** Makes a product or changes it; what did not change is not sent, so that one operator may move it in the list. */
export function ProductDialog({ product, onClose }: ProductDialogProps) {
  const t = useTranslations("adminProducts");
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [productId, setProductId] = useState(product?.productId ?? "");
  const [coins, setCoins] = useState<string | number>(product?.coins ?? "");
  const [price, setPrice] = useState(product ? formatYuan(product.priceFen) : "");
  const [sortOrder, setSortOrder] = useState<string | number>(product?.sortOrder ?? 100);
  const [enabled, setEnabled] = useState(product?.enabled ?? true);
  const options = {
    onSuccess: async () => {
      await Promise.all(
        [trpc.product.pathKey(), trpc.wallet.products.queryKey()].map((queryKey) =>
          queryClient.invalidateQueries({ queryKey }),
        ),
      );
      onClose();
    },
  };
  const create = useMutation(trpc.product.create.mutationOptions(options));
  const update = useMutation(trpc.product.update.mutationOptions(options));
  const priceFen = parseYuan(price);
  const isPriceFit = priceFen !== null && priceFen >= 1 && priceFen <= PRODUCT_FEN_MAX;
  const isFit = isPriceFit && typeof coins === "number" && typeof sortOrder === "number";

  function save(reason: string) {
    if (!isFit) return;
    if (!product) {
      create.mutate({ productId, coins, priceFen, sortOrder, reason });
      return;
    }
    update.mutate({
      productId: product.productId,
      ...(coins !== product.coins && { coins }),
      ...(priceFen !== product.priceFen && { priceFen }),
      ...(sortOrder !== product.sortOrder && { sortOrder }),
      ...(enabled !== product.enabled && { enabled }),
      reason,
    });
  }

  return (
    <ReasonDialog
      title={product ? t("changeTitle", { name: product.productId }) : t("create")}
      confirm={t("save")}
      isBlocked={!isFit}
      isPending={create.isPending || update.isPending}
      error={create.error ?? update.error}
      onConfirm={save}
      onClose={onClose}
    >
      {product ? null : (
        <TextInput
          label={t("productId")}
          description={t("productIdHint")}
          required
          pattern="[a-z][a-z0-9\-]{0,31}"
          value={productId}
          onChange={(event) => setProductId(event.currentTarget.value)}
          data-testid="product-id"
        />
      )}
      <NumberInput
        label={t("coins")}
        required
        min={1}
        max={PRODUCT_COINS_MAX}
        allowDecimal={false}
        value={coins}
        onChange={setCoins}
        data-testid="product-coins"
      />
      <TextInput
        label={t("priceYuan")}
        description={product ? t("priceHint") : undefined}
        required
        inputMode="decimal"
        value={price}
        error={price === "" || isPriceFit ? undefined : t("priceWrong")}
        onChange={(event) => setPrice(event.currentTarget.value)}
        data-testid="product-price"
      />
      <NumberInput
        label={t("sortOrder")}
        description={t("sortOrderHint")}
        required
        min={0}
        max={10_000}
        allowDecimal={false}
        value={sortOrder}
        onChange={setSortOrder}
        data-testid="product-sort-order"
      />
      {product ? (
        <Switch
          label={t("onSale")}
          description={t("onSaleHint")}
          checked={enabled}
          onChange={(event) => setEnabled(event.currentTarget.checked)}
          data-testid="product-enabled"
        />
      ) : null}
    </ReasonDialog>
  );
}
