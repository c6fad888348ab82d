"use client";

import { Skeleton } from "@mantine/core";
import { useTranslations } from "next-intl";
import { MyStops } from "../account/my-stops";
import { lazyPart } from "../lib/lazy-part";
import { ErrorPanel } from "../ui/state-panel";
import { WhenSeen } from "../ui/when-seen";
import { GiftOrderList } from "../wallet/gift-order-list";
import { LiveDesk } from "./live-desk";
import { RainPanel } from "./rain/rain-panel";
import { RevenueTiles } from "./revenue-tiles";
import studio from "./studio.module.css";
import { StudioGate } from "./studio-gate";
import classes from "./studio-page.module.css";
import { useMyRoom } from "./use-my-room";

const GoLiveForm = lazyPart(() => import("./go-live-form").then((m) => m.GoLiveForm), {
  loading: () => <Skeleton height={420} radius="lg" />,
});

const PkPanel = lazyPart(() => import("./pk/pk-panel").then((m) => m.PkPanel), {
  loading: () => <Skeleton height={54} mb={14} radius="lg" />,
});
const PastSessions = lazyPart(() => import("./past-sessions").then((m) => m.PastSessions), {
  loading: () => <Skeleton height={PAST_PX} radius="lg" />,
});
const PAST_PX = 220;

/** The anchor's one screen: go live, watch money and viewers move, see who gave what. */
export function StudioPage({ putAwayRainId }: { putAwayRainId: string | null }) {
  const t = useTranslations("studio");
  return (
    <StudioGate>
      {(anchor) => (
        <>
          <h1 className="visually-hidden">{t("title")}</h1>
          <MyStops />
          <RainPanel userId={anchor.userId} putAwayId={putAwayRainId} />
          <PkPanel userId={anchor.userId} />
          <Desk anchor={anchor} />
          <section className={studio.received} aria-labelledby="received-title">
            <h2 id="received-title" className={studio.sectionTitle}>
              {t("receivedGifts")}
            </h2>
            <GiftOrderList side="received" />
          </section>
          <WhenSeen heightPx={PAST_PX}>
            <PastSessions />
          </WhenSeen>
        </>
      )}
    </StudioGate>
  );
}

function Desk({ anchor }: { anchor: { userId: string } }) {
  const { roomId, isPending, error, remember } = useMyRoom();
  // As high as the page: what stands below must not be pushed when the desk comes.
  if (isPending) return <Skeleton height="100dvh" radius="lg" />;
  if (error && roomId === null) return <ErrorPanel error={error} />;
  if (roomId !== null) return <LiveDesk roomId={roomId} anchor={anchor} />;
  return (
    <div className={classes.closedDesk}>
      <GoLiveForm onOpened={remember} />
      <RevenueTiles live={false} />
    </div>
  );
}
