"use client";

import { Switch } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { type KeyboardEvent, memo, useEffect, useId, useRef, useState } from "react";
import type { GiftItem } from "@/server/contracts/gift";
import { GIFT_COUNT_MAX } from "@/server/rules/money";
import { useHandler } from "../lib/use-handler";
import { useLocaleFormats } from "../lib/use-locale-formats";
import { CoinAmount } from "../ui/coin";
import { useTopUpHref } from "../wallet/use-top-up-href";
import { GiftArt } from "./art/gift-art";
import { ComboButton } from "./combo-button";
import type { ComboWindow } from "./combo-window";
import classes from "./gift-panel.module.css";
import { nextIndex } from "./grid-keys";
import { PendingGifts } from "./pending-gifts";
import type { UseGiftSender } from "./use-gift-sender";

/** Quantities with a meaning of their own; the texts are in the messages. */
export const COUNT_PRESETS = [1, 10, 66, 188, 520, 1314] as const;

/** How long a gift that was just chosen moves, as long as its animation. */
const SHOW_OFF_MS = 2_500;

interface GiftPanelProps {
  gifts: readonly GiftItem[];
  sender: Pick<UseGiftSender, "orders" | "wallet" | "retryOpen">;
  combo: ComboWindow | null;
  /** `strip` stands under the video, `drawer` rises from the bottom of a phone. */
  layout: "strip" | "drawer";
  /** Guests and signed-out visitors see the gifts; sending asks them to sign in. */
  maySpend: boolean;
  disabledBecause: string | null;
  missingCoins: number;
  onSend: (gift: GiftItem, count: number, anonymous: boolean) => void;
  onCombo: () => void;
}

/** Chooses a gift and how many. Arrow keys choose, Enter sends; a second tap on the chosen gift sends as well. */
export function GiftPanel({
  gifts,
  sender,
  combo,
  layout,
  maySpend,
  disabledBecause,
  missingCoins,
  onSend,
  onCombo,
}: GiftPanelProps) {
  const t = useTranslations("gift");
  const formats = useLocaleFormats();
  const [selectedId, setSelectedId] = useState<string | null>(null);
  const [count, setCount] = useState(1);
  const [anonymous, setAnonymous] = useState(false);
  const hintId = useId();
  const listRef = useRef<HTMLDivElement>(null);
  const selectedIndex = Math.max(
    0,
    gifts.findIndex((gift) => gift.giftId === selectedId),
  );
  const selected = gifts[selectedIndex];
  const totalCoins = selected ? selected.priceCoins * count : 0;
  const disabled = disabledBecause !== null;
  const topUp = useTopUpHref();
  const showing = useMoment(selectedId, SHOW_OFF_MS);

  function sendSelected(gift = selected) {
    if (gift && !disabled) onSend(gift, count, anonymous);
  }

  const tap = useHandler((gift: GiftItem) => {
    if (gift === selected && selectedId !== null && !disabled) sendSelected(gift);
    else setSelectedId(gift.giftId);
  });
  const onKeyDown = useHandler((event: KeyboardEvent<HTMLDivElement>) => {
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      // A key held down is one intent, not thirty gifts a second.
      if (!event.repeat) sendSelected();
      return;
    }
    const index = nextIndex(event.key, selectedIndex, gifts.length, columnsOf(listRef.current));
    if (index === null) return;
    event.preventDefault();
    setSelectedId(gifts[index]?.giftId ?? null);
    const option = listRef.current?.children[index];
    if (option instanceof HTMLElement) option.focus();
  });

  return (
    <section className={classes.panel} data-layout={layout} aria-label={t("panel")} data-testid="gift-panel">
      <p id={hintId} className="visually-hidden">
        {t("keyboardHint")}
      </p>
      {/* What comes and goes stands above: the panel is held at its bottom, so nothing that is tapped moves. */}
      {disabledBecause !== null ? <p className={classes.closed}>{disabledBecause}</p> : null}
      {missingCoins > 0 ? (
        <p className={classes.missing} role="alert" data-testid="insufficient-coins">
          <IconAlertTriangle size={18} aria-hidden />
          <span>{t("missingCoins", { coins: missingCoins })}</span>
          <Link href={topUp}>{t("topUp")}</Link>
        </p>
      ) : null}
      <PendingGifts orders={sender.orders} onRetry={sender.retryOpen} />

      <div
        ref={listRef}
        className={classes.grid}
        role="listbox"
        aria-label={t("gifts")}
        aria-describedby={hintId}
      >
        {gifts.map((gift, index) => (
          <GiftOption
            key={gift.giftId}
            gift={gift}
            sizePx={layout === "drawer" ? 54 : 50}
            isSelected={index === selectedIndex}
            sendsOnTap={index === selectedIndex && selectedId !== null && !disabled}
            isNew={index === selectedIndex && showing}
            onKeyDown={onKeyDown}
            onTap={tap}
          />
        ))}
      </div>

      <div className={classes.controls}>
        <CountPicker count={count} onChange={setCount} />
        <Switch
          size="sm"
          className={classes.anonymous}
          label={t("anonymous")}
          checked={anonymous}
          onChange={(event) => setAnonymous(event.currentTarget.checked)}
          data-testid="gift-anonymous"
        />
        <span className={classes.wallet}>
          <WalletState wallet={sender.wallet} maySpend={maySpend} />
        </span>
        {/* Its place is kept: one tap too late must not meet anything else. */}
        <span className={classes.combo}>
          {combo ? <ComboButton combo={combo} onCombo={onCombo} disabled={disabled} /> : null}
        </span>
        <button
          type="button"
          className={classes.send}
          disabled={disabled || !selected}
          data-testid="gift-send"
          onClick={() => sendSelected()}
        >
          <span>{t("send")}</span>
          <span className={`${classes.total} numeric`}>{formats.coins(totalCoins)}</span>
        </button>
      </div>
    </section>
  );
}

interface GiftOptionProps {
  gift: GiftItem;
  sizePx: number;
  isSelected: boolean;
  sendsOnTap: boolean;
  /** It has just been chosen. */
  isNew: boolean;
  onKeyDown: (event: KeyboardEvent<HTMLDivElement>) => void;
  onTap: (gift: GiftItem) => void;
}

/** Drawn again only when something about this gift changed, not for every one that is sent. */
const GiftOption = memo(function GiftOption(props: GiftOptionProps) {
  const { gift, sizePx, isSelected, sendsOnTap, isNew, onKeyDown, onTap } = props;
  const t = useTranslations("gift");
  const formats = useLocaleFormats();
  const name = formats.locale === "zh" ? gift.nameZh : gift.nameEn;
  return (
    <div
      role="option"
      aria-selected={isSelected}
      aria-label={t("optionLabel", { name, coins: gift.priceCoins })}
      tabIndex={isSelected ? 0 : -1}
      className={classes.option}
      data-testid={`gift-option-${gift.giftId}`}
      onKeyDown={onKeyDown}
      onClick={() => onTap(gift)}
    >
      <span className={classes.art} data-new={isNew}>
        <GiftArt effect={gift.effect} size={sizePx} />
      </span>
      <span className={classes.name}>{name}</span>
      {sendsOnTap ? (
        <span className={classes.tapAgain}>{t("send")}</span>
      ) : (
        <CoinAmount className={classes.price}>{formats.coins(gift.priceCoins)}</CoinAmount>
      )}
    </div>
  );
});

/** True for a moment after `value` changed. A picture that never rests would keep a phone's processor busy. */
function useMoment(value: string | null, durationMs: number): boolean {
  const [fresh, setFresh] = useState(false);
  useEffect(() => {
    if (value === null) return;
    setFresh(true);
    const timer = setTimeout(() => setFresh(false), durationMs);
    return () => clearTimeout(timer);
  }, [value, durationMs]);
  return fresh;
}

function WalletState({ wallet, maySpend }: { wallet: UseGiftSender["wallet"]; maySpend: boolean }) {
  const t = useTranslations("gift");
  const formats = useLocaleFormats();
  const topUp = useTopUpHref();
  if (!maySpend) return null;
  return (
    <>
      <span className={classes.balance}>
        <span data-testid="balance" data-coins={wallet?.spendableCoins}>
          <CoinAmount
            label={wallet ? t("balanceSpoken", { coins: wallet.spendableCoins }) : t("balanceLoading")}
          >
            {wallet ? formats.coins(wallet.spendableCoins) : "—"}
          </CoinAmount>
        </span>
        <Link href={topUp} className={classes.topUp}>
          {t("topUp")}
        </Link>
      </span>
      {wallet && wallet.pendingCoins > 0 ? (
        <span
          className={`${classes.pending} numeric`}
          data-testid="pending-coins"
          data-coins={wallet.pendingCoins}
        >
          {t("pendingCoins", { coins: formats.coins(wallet.pendingCoins) })}
        </span>
      ) : null}
    </>
  );
}

const CountPicker = memo(function CountPicker({
  count,
  onChange,
}: {
  count: number;
  onChange: (count: number) => void;
}) {
  const t = useTranslations("gift");
  const [typed, setTyped] = useState("");
  useEffect(() => {
    if (COUNT_PRESETS.some((preset) => preset === count)) setTyped("");
  }, [count]);
  return (
    <fieldset className={classes.counts}>
      <legend className="visually-hidden">{t("quantity")}</legend>
      {COUNT_PRESETS.map((preset) => (
        <button
          key={preset}
          type="button"
          className={classes.preset}
          aria-pressed={count === preset}
          title={t(`presets.${preset}`)}
          data-testid={`gift-count-${preset}`}
          onClick={() => onChange(preset)}
        >
          {preset}
        </button>
      ))}
      <input
        className={`${classes.free} numeric`}
        inputMode="numeric"
        pattern="[0-9]*"
        maxLength={String(GIFT_COUNT_MAX).length}
        placeholder={t("otherQuantity")}
        aria-label={t("otherQuantityLabel", { max: GIFT_COUNT_MAX })}
        value={typed}
        data-testid="gift-count-free"
        onChange={(event) => {
          const digits = event.currentTarget.value.replace(/\D/g, "");
          setTyped(digits);
          const value = Number(digits);
          onChange(Math.min(GIFT_COUNT_MAX, Math.max(1, value)));
        }}
      />
    </fieldset>
  );
});

/** How many options stand in the first row as it is laid out now. */
function columnsOf(list: HTMLElement | null): number {
  const options = list ? [...list.children] : [];
  const firstTop = options[0] instanceof HTMLElement ? options[0].offsetTop : 0;
  const columns = options.findIndex((option) => option instanceof HTMLElement && option.offsetTop > firstTop);
  return columns < 0 ? Math.max(1, options.length) : columns;
}
