import {
  IconMaximize,
  IconMinimize,
  IconPictureInPicture,
  IconSettings,
  IconVolume,
  IconVolumeOff,
} from "@tabler/icons-react";
import { useTranslations } from "next-intl";
import type { RefObject } from "react";
import { RoundButton } from "../round-button";
import { maySetFullscreen, toggleFullscreen, useIsFullscreen } from "./fullscreen";
import classes from "./player-controls.module.css";
import type { StreamState } from "./stream-player";
import type { Sound } from "./use-sound";

interface PlayerControlsProps {
  videoRef: RefObject<HTMLVideoElement | null>;
  stream: StreamState;
  sound: Sound;
  onHeight: (heightPx: number | null) => void;
}

/** What people expect below a picture: sound, quality, picture in picture, full screen. */
export function PlayerControls({ videoRef, stream, sound, onHeight }: PlayerControlsProps) {
  const t = useTranslations("player");
  const isFull = useIsFullscreen();
  return (
    <div className={classes.controls} role="group" aria-label={t("controls")} data-testid="player-controls">
      <RoundButton
        icon={sound.muted ? IconVolumeOff : IconVolume}
        label={sound.muted ? t("unmute") : t("mute")}
        shortcut="m"
        data-testid="player-mute"
        data-muted={sound.muted}
        onClick={sound.toggle}
      />
      <input
        type="range"
        className={classes.volume}
        min={0}
        max={100}
        step={5}
        value={sound.muted ? 0 : Math.round(sound.volume * 100)}
        aria-label={t("volume")}
        data-testid="player-volume"
        onChange={(event) => sound.setVolume(Number(event.currentTarget.value) / 100)}
      />
      <QualityChoice stream={stream} onHeight={onHeight} />
      {document.pictureInPictureEnabled ? (
        <RoundButton
          icon={IconPictureInPicture}
          label={t("pictureInPicture")}
          disabled={stream.picture !== "playing"}
          data-testid="player-pip"
          onClick={() => void togglePictureInPicture(videoRef.current)}
        />
      ) : null}
      {maySetFullscreen() ? (
        <RoundButton
          icon={isFull ? IconMinimize : IconMaximize}
          label={isFull ? t("exitFullscreen") : t("fullscreen")}
          shortcut="f"
          data-testid="player-fullscreen"
          onClick={() => void toggleFullscreen(videoRef.current)}
        />
      ) : null}
    </div>
  );
}

const AUTO = "auto";

function QualityChoice({ stream, onHeight }: Pick<PlayerControlsProps, "stream" | "onHeight">) {
  const t = useTranslations("player");
  // One entry a height: of two with the same the player chooses by the line.
  const heights = [...new Set(stream.levels.map((level) => level.heightPx))]
    .filter((heightPx) => heightPx > 0)
    .sort((a, b) => b - a);
  if (heights.length < 2) return null;
  const playingPx = stream.levels.find(({ index }) => index === stream.level)?.heightPx;
  return (
    <label className={classes.quality} title={t("quality")}>
      <IconSettings size={18} aria-hidden />
      <select
        aria-label={t("quality")}
        value={stream.chosenPx ?? AUTO}
        data-testid="player-quality"
        onChange={({ currentTarget: { value } }) => onHeight(value === AUTO ? null : Number(value))}
      >
        <option value={AUTO}>
          {stream.chosenPx === null && playingPx ? t("autoNow", { height: playingPx }) : t("auto")}
        </option>
        {heights.map((heightPx) => (
          <option key={heightPx} value={heightPx}>
            {t("height", { height: heightPx })}
          </option>
        ))}
      </select>
    </label>
  );
}

async function togglePictureInPicture(video: HTMLVideoElement | null): Promise<void> {
  try {
    if (document.pictureInPictureElement) await document.exitPictureInPicture();
    else await video?.requestPictureInPicture();
  } catch {
    // The browser's own word: a page that may not, or a picture that has just gone. The button stays.
  }
}
