"use client";

import { Loader, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import type { RechargeProduct } from "@/server/contracts/recharge";
import { useTRPC } from "../lib/trpc";
import { useLocaleFormats } from "../lib/use-locale-formats";
import { CoinAmount } from "../ui/coin";
import { ErrorText } from "../ui/error-text";
import { ErrorPanel } from "../ui/state-panel";
import classes from "./top-up.module.css";
import { useRecharge } from "./use-recharge";

const PRODUCTS_STALE_MS = 5 * 60_000;
const SKELETONS = 6;

/** What can be bought. A tap orders it and opens the page on which it is paid. */
export function TopUp({ roomId }: { roomId: string | null }) {
  const t = useTranslations("recharge");
  const trpc = useTRPC();
  const products = useQuery(trpc.wallet.products.queryOptions(undefined, { staleTime: PRODUCTS_STALE_MS }));
  const { busyProductId, error, buy } = useRecharge(roomId);
  return (
    <section id="top-up" className={classes.topUp} aria-labelledby="top-up-title" data-testid="top-up">
      <h2 id="top-up-title" className={classes.title}>
        {t("title")}
      </h2>
      {products.isError && !products.data ? (
        <ErrorPanel error={products.error} onRetry={() => void products.refetch()} />
      ) : (
        <ul className={classes.products}>
          {products.data
            ? products.data.map((product) => (
                <li key={product.productId}>
                  <ProductButton
                    product={product}
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
      )}
      <div role="alert" className={classes.error}>
        {error ? <ErrorText error={error} /> : null}
      </div>
      <p className={classes.hint}>{t("hint")}</p>
    </section>
  );
}

interface ProductButtonProps {
  product: RechargeProduct;
  isBusy: boolean;
  disabled: boolean;
  onBuy: () => void;
}

function ProductButton({ product, isBusy, disabled, onBuy }: ProductButtonProps) {
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
      data-testid={`product-${product.productId}`}
      onClick={onBuy}
    >
      <CoinAmount className={classes.coins}>{formats.coins(product.coins)}</CoinAmount>
      <span className={`${classes.price} numeric`}>{isBusy ? <Loader size={16} color="gray" /> : price}</span>
    </button>
  );
}
