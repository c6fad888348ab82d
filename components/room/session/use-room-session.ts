"use client";

import { useTranslations } from "next-intl";
import { useCallback, useEffect, useRef, useState } from "react";
import { v7 as uuidv7 } from "uuid";
import type { RoomEvent } from "@/domain/contracts/events";
import type { GiftItem } from "@/domain/contracts/gift";
import type { Role } from "@/domain/contracts/ids";
import type { DeliveredRoomEvent } from "@/push/client/room-event-log";
import { createEffectStageStore } from "../../gift/effects/effect-stage-store";
import type { GiftEffect } from "../../gift/effects/gift-effect";
import { afterPaint } from "../../lib/after-paint";
import { useHandler } from "../../lib/use-handler";
import { useLatest } from "../../lib/use-latest";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import type { WantedGift } from "../../wallet/room-top-up";
import { useRoomTopUp } from "../../wallet/use-room-top-up";
import type { DanmakuHandle } from "../features/chat/danmaku";
import { useChatSender } from "../features/chat/use-chat-sender";
import { extendCombo, withoutGift } from "../features/combos/combo-window";
import { useCombos } from "../features/combos/use-combos";
import { useOpenCombo } from "../features/combos/use-open-combo";
import type { AnnouncerHandle } from "../features/gifts/announcer";
import { askingOrders, type GiftOrder } from "../features/gifts/gift-orders";
import { useGiftFailureNotice } from "../features/gifts/use-gift-failure-notice";
import { useGiftSender } from "../features/gifts/use-gift-sender";
import { useRoomRain } from "../features/rain/use-room-rain";
import { chatKey, readRemoval } from "./timeline";
import { useRoom } from "./use-room";

export interface RoomUser {
  userId: string;
  nickname: string;
  role: Role;
}

type GiftEvent = Extract<RoomEvent, { event: "gift.settled" }>;
type ChatEvent = Extract<RoomEvent, { event: "chat.message" }>;

const OWN_ORDERS_KEPT_MAX = 500;
/** Read in event handlers only. */
const readClockMs = () => Date.now();

/** Everything a room page does with events and gifts; the views below it only show. */
export function useRoomSession(roomId: string, me: RoomUser | null) {
  const t = useTranslations("room");
  const { locale } = useLocaleFormats();
  const viewerId = me && me.role !== "guest" ? me.userId : null;
  const [stage] = useState(() => createEffectStageStore());
  const danmaku = useRef<DanmakuHandle | null>(null);
  const announcer = useRef<AnnouncerHandle | null>(null);
  const combos = useCombos();
  const ownOrders = useRef<Set<string>>(new Set());
  /** Orders whose effect and combo were shown on the tap and that have no end yet. */
  const shownAhead = useRef<Set<string>>(new Set());
  const combo = useOpenCombo();
  /** There were too few coins for it. */
  const [wanted, setWanted] = useState<(WantedGift & { totalCoins: number }) | null>(null);
  const topUp = useRoomTopUp(viewerId, roomId);
  const showGiftFailure = useGiftFailureNotice(
    useHandler((order: GiftOrder) => topUp.show(order.roomId === roomId ? order : null)),
  );

  /** What a tap showed of a gift that did not come to be is taken back, once. */
  const takeBack = useCallback(
    (order: GiftOrder) => {
      if (!shownAhead.current.delete(order.giftOrderId)) return;
      stage.takeBack(order.giftOrderId);
      combo.set(withoutGift(combo.get(), order));
    },
    [stage, combo],
  );
  const sender = useGiftSender({
    viewerId,
    onFinal: useCallback(
      (order: GiftOrder) => {
        if (order.phase === "failed") {
          takeBack(order);
          showGiftFailure(order);
        }
        shownAhead.current.delete(order.giftOrderId);
      },
      [showGiftFailure, takeBack],
    ),
  });
  // Asked about, a gift has not come to be yet. After a yes it is shown when the room hears of it, like any other.
  const { orders } = sender;
  useEffect(() => orders.subscribe(() => askingOrders(orders.get()).forEach(takeBack)), [orders, takeBack]);

  function giftNameOf(gift: { nameEn: string; nameZh: string }): string {
    return locale === "zh" ? gift.nameZh : gift.nameEn;
  }

  function showGift(event: GiftEvent, late: boolean): void {
    const orderIds = [...(event.mergedOrderIds ?? []), event.giftOrderId];
    const own =
      orderIds.some((id) => ownOrders.current.has(id)) || (me !== null && event.sender.userId === me.userId);
    if (own) sender.settle(orderIds);
    if (late) return;
    const senderName = event.sender.nickname || t("anonymous");
    const giftName = giftNameOf(event.gift);
    announcer.current?.add(event);
    combos.add(event, { own, senderName, giftName });
    // The stage knows every order it has played, so an own gift that played on the tap does not play again.
    stage.enqueue({
      giftOrderId: event.giftOrderId,
      senderId: event.sender.userId ?? event.giftOrderId,
      senderName,
      giftId: event.gift.giftId,
      giftName,
      effect: event.gift.effect,
      svgaUrl: event.gift.svgaUrl,
      count: event.count,
      totalCoins: event.totalCoins,
      own,
      combo: event.combo
        ? { id: event.combo.comboId, count: event.combo.count, endsAt: event.combo.endsAt }
        : undefined,
      // A fresh event is played now; the clocks of two machines need not agree.
      at: readClockMs(),
    });
  }

  const room = useRoom({
    roomId,
    userId: me?.userId ?? null,
    onEvents: (delivered: readonly DeliveredRoomEvent[]) => {
      rainRef.current?.hear(delivered);
      for (const { event, late } of delivered) {
        if (event.event === "gift.settled") showGift(event, late);
        const removal = readRemoval(event);
        if (removal) {
          const untilMs = removal.key === undefined ? removal.untilMs : undefined;
          danmaku.current?.takeBack({ key: removal.key, senderId: removal.userId, untilMs });
        } else if (event.event === "chat.message" && !late) flyMessage(event);
      }
    },
    onWalletUpdated: sender.applyWallet,
    onGiftFailed: (event) => sender.fail(event.giftOrderId, event.reason, event.traceId),
  });

  function flyMessage({ messageId, sender: { userId }, text, at }: ChatEvent): void {
    const key = chatKey(userId, messageId);
    danmaku.current?.fly({ key, senderId: userId, text, own: userId === me?.userId, atMs: Date.parse(at) });
  }

  const chat = useChatSender({
    roomId,
    me,
    timeline: room.timeline,
    isConnected: room.connection === "connected",
    getClockAheadMs: room.getClockAheadMs,
    onSaid: (key, text) => {
      if (me) danmaku.current?.fly({ key, senderId: me.userId, text, own: true });
    },
    onTakenBack: (key) => danmaku.current?.takeBack({ key }),
    // Perhaps muted since the room was last read: then the room says until when.
    onRefused: () => void room.query.refetch(),
  });

  const restrictions = room.room?.restrictions;
  const mayEnter = restrictions !== undefined && !restrictions.banned && restrictions.kickedUntil === null;
  const rain = useRoomRain(roomId, me?.userId ?? null, mayEnter, room.connection);
  const rainRef = useLatest(rain);

  /** One tap, one intent, one order id; the effect plays before the server has heard of it. */
  function sendGift(gift: GiftItem, count: number, anonymous: boolean): void {
    if (!me || viewerId === null) return;
    const totalCoins = gift.priceCoins * count;
    const spendable = sender.readWallet()?.spendableCoins;
    if (spendable !== undefined && totalCoins > spendable) {
      setWanted({ giftId: gift.giftId, count, anonymous, totalCoins });
      return;
    }
    setWanted(null);
    const nowMs = readClockMs();
    const window = extendCombo(combo.get(), {
      giftId: gift.giftId,
      anonymous,
      count,
      nowMs,
      newComboId: uuidv7,
    });
    combo.set({ ...window, gift, tapCount: count });
    const giftOrderId = uuidv7();
    rememberOwn(giftOrderId);
    shownAhead.current.add(giftOrderId);
    const effect: GiftEffect = {
      giftOrderId,
      senderId: me.userId,
      senderName: anonymous ? t("anonymous") : me.nickname,
      giftId: gift.giftId,
      giftName: giftNameOf(gift),
      effect: gift.effect,
      svgaUrl: gift.svgaUrl,
      count,
      totalCoins,
      own: true,
      at: nowMs,
    };
    // First what the tap did to combo and balance; a scene has hundreds of shapes.
    void afterPaint().then(() => {
      if (shownAhead.current.has(giftOrderId)) stage.enqueue(effect);
    });
    sender.start({
      giftOrderId,
      roomId,
      giftId: gift.giftId,
      count,
      priceCoins: gift.priceCoins,
      comboId: window.comboId,
      anonymous,
      createdAtMs: nowMs,
    });
  }

  function rememberOwn(giftOrderId: string): void {
    const own = ownOrders.current;
    own.add(giftOrderId);
    const [oldest] = own;
    if (own.size > OWN_ORDERS_KEPT_MAX && oldest !== undefined) own.delete(oldest);
  }

  function sendCombo(): void {
    const open = combo.get();
    if (open) sendGift(open.gift, open.tapCount, open.anonymous);
  }

  function openTopUp(): void {
    const spendableCoins = sender.readWallet()?.spendableCoins ?? 0;
    topUp.show(wanted && wanted.totalCoins > spendableCoins ? wanted : null);
  }

  return {
    ...room,
    viewerId,
    sender,
    stage,
    rain,
    danmaku,
    chat,
    announcer,
    comboRows: combos.rows,
    combo,
    wantedCoins: wanted?.totalCoins ?? 0,
    topUp,
    openTopUp,
    sendGift,
    sendCombo,
  };
}

export type RoomSession = ReturnType<typeof useRoomSession>;
