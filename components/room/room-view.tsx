"use client";

import { useLocalStorage } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { usePathname } from "next/navigation";
import { useTranslations } from "next-intl";
import { startTransition, useEffect, useMemo, useRef, useState, useTransition } from "react";
import type { GiftItem } from "@/domain/contracts/gift";
import type { RoomDetail } from "@/domain/contracts/room";
import { fetchGiftPictures } from "../gift/art/gift-picture";
import { useEffectLevel } from "../gift/effects/use-effect-level";
import { afterPaint } from "../lib/after-paint";
import { lazyPart, useFetchAhead } from "../lib/lazy-part";
import { PartBoundary } from "../lib/part-boundary";
import { useTRPC } from "../lib/trpc";
import { useHandler } from "../lib/use-handler";
import { useMedia } from "../lib/use-media";
import { useValue } from "../lib/value-store";
import { ConnectionPill } from "./connection-pill";
import { ChatInput, type ComposerHandle } from "./features/chat/chat-input";
import { ChatList } from "./features/chat/chat-list";
import { Danmaku } from "./features/chat/danmaku";
import { useChatBlock } from "./features/chat/use-chat-block";
import { ComboButton } from "./features/combos/combo-button";
import { ComboRows } from "./features/combos/combo-rows";
import { Announcer } from "./features/gifts/announcer";
import { FeedSection } from "./features/gifts/feed-section";
import { askingOrders } from "./features/gifts/gift-orders";
import { GiftShelf } from "./features/gifts/gift-shelf";
import { RoomModeration } from "./features/moderation/room-moderation";
import { useRoomModeration } from "./features/moderation/use-room-moderation";
import { PkSlot } from "./features/pk/pk-slot";
import { RainSlot, usePacketsFalling } from "./features/rain/rain-slot";
import { useIsFullscreen } from "./live-video/fullscreen";
import { NightStage } from "./night-stage";
import { NotLive } from "./not-live";
import { DrawerLate, PartLate } from "./part-late";
import { RoomHeading } from "./room-heading";
import { RoomTools } from "./room-tools";
import classes from "./room-view.module.css";
import type { ChatLine } from "./session/timeline";
import type { RoomSession, RoomUser } from "./session/use-room-session";

const EffectStage = lazyPart(() => import("../gift/effects/effect-stage").then((m) => m.EffectStage));
const GiftPanel = lazyPart(() => import("./features/gifts/gift-panel").then((m) => m.GiftPanel), {
  loading: () => (
    <>
      <PartLate />
      <GiftShelf />
    </>
  ),
});
const GiftDrawer = lazyPart(() => import("./features/gifts/gift-drawer").then((m) => m.GiftDrawer), {
  loading: () => <DrawerLate />,
});
const TopDrawer = lazyPart(() => import("./features/top/top-drawer").then((m) => m.TopDrawer));
const SpendingQuestion = lazyPart(() =>
  import("./features/gifts/spending-question").then((m) => m.SpendingQuestion),
);
const TopUpSheet = lazyPart(() => import("../wallet/top-up-sheet").then((m) => m.TopUpSheet));
const SignInPrompt = lazyPart(() => import("./sign-in-prompt").then((m) => m.SignInPrompt));
const LiveVideo = lazyPart(() => import("./live-video/live-video").then((m) => m.LiveVideo));

/** What a tap or an event may need at once, also when the network has gone meanwhile. */
const NEEDED_SOON = [GiftDrawer, TopDrawer, SpendingQuestion, TopUpSheet, SignInPrompt];

/** Below this the room is one-handed: the picture fills the screen and everything else lies over it. */
export const PHONE_QUERY = "(max-width: 56em)";
const CATALOGUE_STALE_MS = 5 * 60_000;

interface RoomViewProps {
  room: RoomDetail;
  me: RoomUser | null;
  session: RoomSession;
  /** What the server drew the room for. */
  isProbablyPhone: boolean;
}

export function RoomView({ room, me, session, isProbablyPhone }: RoomViewProps) {
  const t = useTranslations("room");
  const trpc = useTRPC();
  const pathname = usePathname();
  const isPhone = useMedia(PHONE_QUERY, isProbablyPhone);
  const isFull = useIsFullscreen();
  /** Where there is no room for a strip of gifts, they are in a drawer. */
  const hasDrawers = isPhone || isFull;
  /** The stream whose picture is there to be seen; until then, and when it is late, the stage is. */
  const [shownStreamUrl, setShownStreamUrl] = useState<string | null>(null);
  const [drawerOpen, setDrawerOpen] = useState(false);
  const [isOpening, startOpening] = useTransition();
  const [askSignIn, setAskSignIn] = useState<"gifts" | "rain" | null>(null);
  const [topOpen, setTopOpen] = useState(false);
  const [danmakuOn, setDanmakuOn] = useLocalStorage({ key: "downpour.danmaku", defaultValue: true });
  const effects = useEffectLevel(session.stage);
  const changeEffects = useHandler(effects.setNext);
  const catalogue = useQuery(trpc.gift.list.queryOptions(undefined, { staleTime: CATALOGUE_STALE_MS }));
  const { sender, combo } = session;
  useEffect(() => void afterPaint().then(fetchGiftPictures), []);
  const packetsFall = usePacketsFalling(session.rain);
  const maySpend = session.viewerId !== null;
  const signInHref = `/login?next=${encodeURIComponent(pathname)}`;
  const moderation = useRoomModeration(room, me);
  const { isModerator } = moderation;
  const chatBlocked = useChatBlock(room, me, isModerator);

  const send = useHandler((gift: GiftItem, count: number, anonymous: boolean): void => {
    if (maySpend) session.sendGift(gift, count, anonymous);
    else startTransition(() => setAskSignIn("gifts"));
  });
  const sendCombo = useHandler(session.sendCombo);
  // What opens is drawn in pieces, between which the page answers: the tap shows at once.
  const openTopUp = useHandler(() =>
    startTransition(() => {
      // One sheet at a time: each holds the keyboard.
      setDrawerOpen(false);
      session.openTopUp();
    }),
  );
  const openTop = useHandler(() => startTransition(() => setTopOpen(true)));
  const openGifts = useHandler(() => startOpening(() => setDrawerOpen(true)));
  const composer = useRef<ComposerHandle | null>(null);
  /** A message that was refused goes back to where it was written, unless something else is being written there. */
  const editLine = useHandler((line: ChatLine) => {
    if (composer.current?.giveBack(line.text)) session.chat.discard(line);
  });
  const askSignInForRain = useHandler(() => startTransition(() => setAskSignIn("rain")));
  const speak = useHandler((sentence: string) => session.announcer.current?.say(sentence));
  const userId = me?.userId ?? null;
  const role = me?.role ?? null;
  const isAnchor = userId === room.anchor.userId;
  const grabber = useMemo(() => ({ userId, role, isAnchor }), [userId, role, isAnchor]);

  const panel = {
    gifts: catalogue.data ?? [],
    sender,
    combo,
    viewerId: session.viewerId,
    wantedCoins: session.wantedCoins,
    disabledBecause:
      userId === room.anchor.userId ? t("giftsFromViewers") : room.isLive ? null : t("giftsWhenLive"),
    onSend: send,
    onCombo: sendCombo,
    onTopUp: openTopUp,
  };
  const tools = {
    danmakuOn,
    onDanmaku: setDanmakuOn,
    effectLevel: effects.level,
    onEffectLevel: changeEffects,
    isOpeningGifts: isOpening,
    onModerate: moderation.openSheet,
  };
  const streamUrl = room.isLive ? room.streamUrl : null;
  useFetchAhead(NEEDED_SOON);

  return (
    <div className={classes.room} data-testid="room" data-live={room.isLive} data-full={isFull}>
      <h1 className="visually-hidden">{t("heading", { title: room.title, anchor: room.anchor.nickname })}</h1>
      <section className={classes.stage} aria-label={t("video")}>
        {streamUrl === null || shownStreamUrl !== streamUrl ? (
          <PartBoundary>
            <NightStage roomId={room.roomId} anchor={room.anchor} isLive={room.isLive} calm={packetsFall} />
          </PartBoundary>
        ) : null}
        {streamUrl ? (
          <LiveVideo
            key={streamUrl}
            streamUrl={streamUrl}
            title={room.title}
            onPicture={(isThere) => setShownStreamUrl(isThere ? streamUrl : null)}
          />
        ) : null}
        <PartBoundary>
          <Danmaku handle={session.danmaku} enabled={danmakuOn} />
        </PartBoundary>
        <div className={classes.effects}>
          <EffectStage stage={session.stage} />
        </div>
        <div className={classes.combos}>
          <ComboRows rows={session.comboRows} getClockAheadMs={session.getClockAheadMs} />
        </div>
        <PartBoundary>
          <PkSlot roomId={room.roomId} getClockAheadMs={session.getClockAheadMs} say={speak} />
        </PartBoundary>
        <PartBoundary>
          <RoomHeading room={room} onTop={isPhone ? openTop : undefined} />
        </PartBoundary>
        <PartBoundary>
          <ConnectionPill connection={session.connection} replayed={session.replayed} />
        </PartBoundary>
        {room.isLive ? null : <NotLive room={room} />}
        {isPhone ? null : (
          <div className={classes.tools}>
            <RoomTools {...tools} onGifts={isFull ? openGifts : undefined} />
          </div>
        )}
      </section>

      <PartBoundary>
        <RainSlot
          store={session.rain}
          me={grabber}
          lowered={
            session.connection === "reconnecting" || session.connection === "offline" || session.replayed > 0
          }
          onSignIn={askSignInForRain}
          say={speak}
        />
      </PartBoundary>

      <aside className={classes.side} aria-label={t("chatAndGifts")}>
        <PartBoundary fallback={<PartLate />}>
          <FeedSection room={room} timeline={session.timeline} myId={userId} isPhone={isPhone} />
        </PartBoundary>
        <h2 className={classes.sideTitle}>{t("chat")}</h2>
        <PartBoundary fallback={<PartLate />}>
          <ChatList
            timeline={session.timeline}
            anchorId={room.anchor.userId}
            moderatorIds={room.moderatorIds}
            myId={userId}
            loading={session.query.isPending}
            onModerate={moderation.onModerate}
            onReport={moderation.onReport}
            onOwn={moderation.onOwn}
            onResend={chatBlocked.text === null ? session.chat.resend : undefined}
            onDiscard={session.chat.discard}
            onEdit={chatBlocked.text === null ? editLine : undefined}
            onOlder={session.loadOlder}
            onAtEnd={session.forgetOlder}
          />
        </PartBoundary>
        <div className={classes.compose}>
          <div className={classes.composeInput}>
            <PartBoundary fallback={<PartLate />}>
              <ChatInput
                blockedBecause={chatBlocked.text}
                signInHref={chatBlocked.signIn ? signInHref : undefined}
                slowModeSeconds={isModerator ? 0 : room.settings.slowModeSeconds}
                onSend={session.chat.say}
                handle={composer}
              />
            </PartBoundary>
          </div>
          {isPhone ? <RoomTools {...tools} onGifts={openGifts} /> : null}
        </div>
      </aside>

      {hasDrawers ? (
        <>
          {drawerOpen ? null : (
            <div className={classes.floatingCombo}>
              <ComboButton combo={combo} disabled={!room.isLive} onCombo={sendCombo} />
            </div>
          )}
          {drawerOpen ? <GiftDrawer {...panel} onClose={() => setDrawerOpen(false)} /> : null}
          {topOpen ? (
            <TopDrawer
              roomId={room.roomId}
              myId={userId}
              live={room.isLive}
              onClose={() => setTopOpen(false)}
            />
          ) : null}
        </>
      ) : (
        <div className={classes.strip}>
          <GiftPanel {...panel} layout="strip" />
        </div>
      )}
      <OpenQuestion sender={sender} />
      {session.topUp.open || session.topUp.orderId ? (
        <TopUpSheet
          topUp={session.topUp}
          roomId={room.roomId}
          gifts={panel.gifts}
          orders={sender.orders}
          isPhone={isPhone}
          onSend={send}
        />
      ) : null}
      {askSignIn ? (
        <SignInPrompt to={askSignIn} href={signInHref} onClose={() => setAskSignIn(null)} />
      ) : null}
      <RoomModeration {...moderation.parts} />
      <Announcer handle={session.announcer} />
    </div>
  );
}

function OpenQuestion({ sender }: Pick<RoomSession, "sender">) {
  const asking = askingOrders(useValue(sender.orders));
  return asking.length > 0 ? <SpendingQuestion asking={asking} onAnswer={sender.answer} /> : null;
}
