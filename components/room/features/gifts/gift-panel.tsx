"use client";

import { Switch } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useTranslations } from "next-intl";
import { type KeyboardEvent, memo, useEffect, useId, useRef, useState } from "react";
import type { GiftItem } from "@/domain/contracts/gift";
import { GiftPicture } from "../../../gift/art/gift-picture";
import { runAfterPaint } from "../../../lib/after-paint";
import { useSession } from "../../../lib/session";
import { useHandler } from "../../../lib/use-handler";
import { useLocaleFormats } from "../../../lib/use-locale-formats";
import type { ReadableStore } from "../../../lib/value-store";
import { CoinAmount } from "../../../ui/coin";
import { TopUpLink } from "../../../wallet/top-up-link";
import { ComboButton } from "../combos/combo-button";
import type { ComboWindow } from "../combos/combo-window";
import { CountPicker } from "./count-picker";
import classes from "./gift-panel.module.css";
import { nextIndex } from "./grid-keys";
import { PendingGifts } from "./pending-gifts";
import { useGiftChoice } from "./use-gift-choice";
import { type GiftSenderHandle, useWallet } from "./use-gift-sender";

/** How long a gift that was just chosen moves, as long as its animation. */
const SHOW_OFF_MS = 2_500;

interface GiftPanelProps {
  gifts: readonly GiftItem[];
  sender: Pick<GiftSenderHandle, "orders" | "retryOpen">;
  combo: ReadableStore<ComboWindow | null>;
  /** `strip` stands under the video, `drawer` rises from the bottom of a phone. */
  layout: "strip" | "drawer";
  /** Null for guests and signed-out visitors: they see the gifts; sending asks them to sign in. */
  viewerId: string | null;
  disabledBecause: string | null;
  /** What the gift costs for which there were too few coins; 0 when there is none. */
  wantedCoins: number;
  onSend: (gift: GiftItem, count: number, anonymous: boolean) => void;
  onCombo: () => void;
  /** Shows the way to more coins. */
  onTopUp: () => void;
}

/** Chooses a gift and how many. Arrow keys choose, Enter sends; a second tap on the chosen gift sends as well. */
export const GiftPanel = memo(function GiftPanel({
  gifts,
  sender,
  combo,
  layout,
  viewerId,
  disabledBecause,
  wantedCoins,
  onSend,
  onCombo,
  onTopUp,
}: GiftPanelProps) {
  const t = useTranslations("gift");
  const formats = useLocaleFormats();
  const { giftId: selectedId, count, isChosenHere, choose } = useGiftChoice(viewerId);
  const { me } = useSession();
  const [chosenAnonymous, setAnonymous] = useState<boolean | null>(null);
  const anonymous = chosenAnonymous ?? me?.givesAnonymously ?? false;
  const hintId = useId();
  const listRef = useRef<HTMLDivElement>(null);
  const selectedIndex = Math.max(
    0,
    gifts.findIndex((gift) => gift.giftId === selectedId),
  );
  const selected = gifts[selectedIndex];
  const totalCoins = selected ? selected.priceCoins * count : 0;
  const disabled = disabledBecause !== null;
  const showing = useMoment(isChosenHere ? selectedId : null, SHOW_OFF_MS);

  function sendSelected(gift = selected) {
    if (gift && !disabled) onSend(gift, count, anonymous);
  }

  const select = (giftId: string | undefined) => choose({ giftId: giftId ?? null });
  const setCount = useHandler((value: number) => choose({ count: value }));
  const tap = useHandler((gift: GiftItem) => {
    if (gift.giftId === selectedId && isChosenHere && !disabled) sendSelected(gift);
    else select(gift.giftId);
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
    select(gifts[index]?.giftId);
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
      {wantedCoins > 0 ? (
        <MissingCoins orders={sender.orders} wantedCoins={wantedCoins} onTopUp={onTopUp} />
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
            sendsOnTap={gift.giftId === selectedId && isChosenHere && !disabled}
            isNew={index === selectedIndex && showing}
            onKeyDown={onKeyDown}
            onTap={tap}
          />
        ))}
      </div>

      <div className={classes.controls}>
        <CountPicker key={viewerId} count={count} onChange={setCount} />
        <AnonymousSwitch checked={anonymous} onChange={setAnonymous} />
        <span className={classes.wallet}>
          {viewerId === null ? null : <WalletState orders={sender.orders} onTopUp={onTopUp} />}
        </span>
        {/* Its place is kept: one tap too late must not meet anything else. */}
        <span className={classes.combo}>
          <ComboButton combo={combo} onCombo={onCombo} disabled={disabled} />
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
});

interface AnonymousSwitchProps {
  checked: boolean;
  onChange: (checked: boolean) => void;
}

const AnonymousSwitch = memo(function AnonymousSwitch({ checked, onChange }: AnonymousSwitchProps) {
  const t = useTranslations("gift");
  return (
    <Switch
      size="sm"
      className={classes.anonymous}
      label={t("anonymous")}
      checked={checked}
      onChange={(event) => onChange(event.currentTarget.checked)}
      data-testid="gift-anonymous"
    />
  );
});

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
        <GiftPicture effect={gift.effect} size={sizePx} />
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
    let timer: ReturnType<typeof setTimeout> | undefined;
    // What moves is a layer of its own: first the choice shows.
    const callOff = runAfterPaint(() => {
      setFresh(true);
      timer = setTimeout(() => setFresh(false), durationMs);
    });
    return () => {
      callOff();
      clearTimeout(timer);
    };
  }, [value, durationMs]);
  return fresh;
}

interface MissingCoinsProps extends WalletStateProps {
  wantedCoins: number;
}

/** For as long as they are missing. */
function MissingCoins({ orders, wantedCoins, onTopUp }: MissingCoinsProps) {
  const t = useTranslations("gift");
  const wallet = useWallet(orders);
  const missingCoins = wallet ? wantedCoins - wallet.spendableCoins : 0;
  if (missingCoins <= 0) return null;
  return (
    <p className={classes.missing} role="alert" data-testid="insufficient-coins">
      <IconAlertTriangle size={18} aria-hidden />
      <span>{t("missingCoins", { coins: missingCoins })}</span>
      <TopUpLink onTopUp={onTopUp} />
    </p>
  );
}

interface WalletStateProps extends Pick<GiftSenderHandle, "orders"> {
  onTopUp: () => void;
}

const WalletState = memo(function WalletState({ orders, onTopUp }: WalletStateProps) {
  const t = useTranslations("gift");
  const formats = useLocaleFormats();
  const wallet = useWallet(orders);
  return (
    <>
      {/* Two lines are kept for it, whether coins are on their way or not. */}
      <span className={classes.amounts}>
        <span data-testid="balance" data-coins={wallet?.spendableCoins}>
          <CoinAmount
            label={wallet ? t("balanceSpoken", { coins: wallet.spendableCoins }) : t("balanceLoading")}
          >
            {wallet ? formats.coins(wallet.spendableCoins) : "—"}
          </CoinAmount>
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
      </span>
      <TopUpLink onTopUp={onTopUp} className={classes.topUp} />
    </>
  );
});

/** How many options stand in the first row as it is laid out now. */
function columnsOf(list: HTMLElement | null): number {
  const options = list ? [...list.children] : [];
  const firstTop = options[0] instanceof HTMLElement ? options[0].offsetTop : 0;
  const columns = options.findIndex((option) => option instanceof HTMLElement && option.offsetTop > firstTop);
  return columns < 0 ? Math.max(1, options.length) : columns;
}
