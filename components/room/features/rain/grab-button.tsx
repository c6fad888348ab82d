"use client";

import { useTranslations } from "next-intl";
import { RedPacket } from "../../../rain/art/red-packet";
import { useErrorText } from "../../../ui/error-text";
import { TimeRing } from "../../../ui/time-ring";
import classes from "./grab-button.module.css";
import type { GrabState } from "./rain-scene";
import { CLAIM_EVERY_MS } from "./rain-state";
import { type MyRain, NOTHING_MINE } from "./rain-view";

interface GrabButtonProps {
  grab: GrabState;
  mine: MyRain | undefined;
  claimsPerViewer: number;
  coins: number;
  onGrab: () => void;
  onSignIn: () => void;
}

/**
 * Grabs without aiming: for the keyboard, a screen reader, and everybody who does not want motion. It stays in its place in
 * every state, so that it never loses the focus; what it cannot do it says.
 */
export function GrabButton({
  grab,
  mine = NOTHING_MINE,
  claimsPerViewer,
  coins,
  onGrab,
  onSignIn,
}: GrabButtonProps) {
  const t = useTranslations("rain");
  const errorText = useErrorText();

  function words(): string {
    switch (grab) {
      case "ready":
        return mine.packets.length > 0
          ? t("grabAnother", { left: claimsPerViewer - mine.packets.length })
          : t("grab");
      case "sending":
        return t(
          mine.claim?.waitsFor === "network"
            ? "tapKept"
            : mine.claim?.waitsFor === "limit"
              ? "moment"
              : "opening",
        );
      case "cooling":
        return t("moment");
      case "done":
        return coins > 0 ? t("haveYours", { coins }) : t("haveYoursAlready");
      case "empty":
        return t("allGone");
      case "over":
        return t("timeUp");
      case "guest":
        return t("signInToGrab");
      case "own":
        return t("ownRain");
      case "barred":
        return t("barred");
      case "refused":
        return errorText({ name: mine.refusal ?? "INTERNAL", details: {}, traceId: null });
    }
  }

  const isOpen = grab === "ready" || grab === "guest";
  const waits = grab === "cooling" || mine.claim?.waitsFor === "limit";
  return (
    <button
      type="button"
      className={classes.grab}
      data-state={grab}
      data-testid="rain-grab"
      aria-disabled={!isOpen}
      onClick={() => {
        if (grab === "guest") onSignIn();
        else if (grab === "ready") onGrab();
      }}
    >
      {waits ? (
        <TimeRing key={mine.againAtLocalMs} durationMs={CLAIM_EVERY_MS} way="full" className={classes.wait} />
      ) : (
        <RedPacket height={44} opened={grab === "done"} className={classes.art} />
      )}
      <span>{words()}</span>
    </button>
  );
}
