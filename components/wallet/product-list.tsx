"use client";

import { Loader, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import type { RechargeProduct, RechargeResult } from "@/domain/contracts/recharge";
import { useTRPC } from "../lib/trpc";
import { useLocaleFormats } from "../lib/use-locale-formats";
import { CoinAmount } from "../ui/coin";
import { ErrorText } from "../ui/error-text";
import { ErrorPanel } from "../ui/state-panel";
import classes from "./top-up.module.css";
import { useRecharge } from "./use-recharge";

const PRODUCTS_STALE_MS = 5 * 60_000;
const SKELETONS = 6;

interface ProductListProps {
  /** Marks the least that has as many coins. */
  missingCoins?: number;
  /** The order stands; says where it is paid. */
  onOrdered: (ordered: RechargeResult) => void;
}

/** What can be bought. A tap orders it. */
export function ProductList({ missingCoins = 0, onOrdered }: ProductListProps) {
  const trpc = useTRPC();
  const products = useQuery(trpc.wallet.products.queryOptions(undefined, { staleTime: PRODUCTS_STALE_MS }));
  const { busyProductId, error, buy } = useRecharge(onOrdered);
  const enough = (products.data ?? [])
    .filter((product) => missingCoins > 0 && product.coins >= missingCoins)
    .sort((a, b) => a.priceFen - b.priceFen)[0];
  if (products.isError && !products.data) {
    return <ErrorPanel error={products.error} onRetry={() => void products.refetch()} />;
  }
  return (
    <>
      <ul className={classes.products}>
        {products.data
          ? products.data.map((product) => (
              <li key={product.productId}>
                <ProductButton
                  product={product}
                  isEnough={product === enough}
                  isBusy={busyProductId === product.productId}
                  disabled={busyProductId !== null}
                  onBuy={() => void buy(product.productId)}
                />
              </li>
            ))
          : Array.from({ length: SKELETONS }, (_, i) => (
              <li key={i}>
                <Skeleton height={72} />
              </li>
            ))}
      </ul>
      <div role="alert" className={classes.error}>
        {error ? <ErrorText error={error} /> : null}
      </div>
    </>
  );
}

interface ProductButtonProps {
  product: RechargeProduct;
  isEnough: boolean;
  isBusy: boolean;
  disabled: boolean;
  onBuy: () => void;
}

function ProductButton({ product, isEnough, isBusy, disabled, onBuy }: ProductButtonProps) {
  const t = useTranslations("recharge");
  const formats = useLocaleFormats();
  const price = formats.fen(product.priceFen);
  return (
    <button
      type="button"
      className={classes.product}
      disabled={disabled}
      aria-label={t("buy", { coins: product.coins, price })}
      aria-busy={isBusy}
      data-enough={isEnough || undefined}
      data-testid={`product-${product.productId}`}
      onClick={onBuy}
    >
      <CoinAmount className={classes.coins}>{formats.coins(product.coins)}</CoinAmount>
      <span className={`${classes.price} numeric`}>{isBusy ? <Loader size={16} color="gray" /> : price}</span>
      {isEnough ? <span className={classes.enough}>{t("enough")}</span> : null}
    </button>
  );
}
