"use client";

import { IconPlayerPlay, IconVolume } from "@tabler/icons-react";
import { useTranslations } from "next-intl";
import { useEffect, useRef, useState } from "react";
import { useHandler } from "../../lib/use-handler";
import { toggleFullscreen } from "./fullscreen";
import classes from "./live-video.module.css";
import { PlayerControls } from "./player-controls";
import { StreamPlayer, type StreamState } from "./stream-player";
import { usePlayerKeys } from "./use-player-keys";
import { useSound } from "./use-sound";

interface LiveVideoProps {
  streamUrl: string;
  title: string;
  /** Whether there is a picture now; while there is none, the built-in stage shows itself behind. */
  onPicture: (isThere: boolean) => void;
}

const AT_FIRST: StreamState = { picture: "starting", levels: [], level: -1, chosenPx: null };

/** Plays a room's stream, says so when it is late, and has the controls of a player. Give it a `key` for each stream. */
export function LiveVideo({ streamUrl, title, onPicture }: LiveVideoProps) {
  const t = useTranslations("player");
  const videoRef = useRef<HTMLVideoElement>(null);
  const playerRef = useRef<StreamPlayer | null>(null);
  const [stream, setStream] = useState(AT_FIRST);
  const sound = useSound(videoRef);
  const tellPicture = useHandler(onPicture);
  const { picture } = stream;

  useEffect(() => {
    const video = videoRef.current;
    if (!video) return;
    const player = new StreamPlayer(video, streamUrl, setStream);
    playerRef.current = player;
    return () => {
      playerRef.current = null;
      player.stop();
      if (document.fullscreenElement) void document.exitFullscreen();
    };
  }, [streamUrl]);
  const isThere = picture === "playing";
  useEffect(() => {
    tellPicture(isThere);
    return () => tellPicture(false);
  }, [isThere, tellPicture]);
  usePlayerKeys({ onMute: sound.toggle, onFullscreen: () => void toggleFullscreen(videoRef.current) });

  return (
    <div className={classes.frame} data-picture={picture} data-testid="live-video">
      {/* Live pictures have no captions track; the chat is text already. */}
      <video
        ref={videoRef}
        className={classes.video}
        aria-label={title}
        autoPlay
        playsInline
        muted={sound.muted}
      />
      <p className="visually-hidden" role="status">
        {picture === "late" ? t("late") : ""}
      </p>
      {picture === "late" ? (
        <p className={classes.late} aria-hidden data-testid="picture-late">
          {t("late")}
        </p>
      ) : null}
      {picture === "refused" ? (
        <button type="button" className={classes.tap} onClick={() => void playerRef.current?.play()}>
          <IconPlayerPlay size={20} aria-hidden />
          {t("tapToPlay")}
        </button>
      ) : null}
      {isThere && sound.muted && !sound.hasChosen ? (
        <button type="button" className={classes.tap} data-testid="tap-for-sound" onClick={sound.toggle}>
          <IconVolume size={20} aria-hidden />
          {t("tapForSound")}
        </button>
      ) : null}
      <PlayerControls
        videoRef={videoRef}
        stream={stream}
        sound={sound}
        onHeight={(heightPx) => playerRef.current?.chooseHeight(heightPx)}
      />
    </div>
  );
}
