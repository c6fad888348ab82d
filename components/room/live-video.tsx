"use client";

import { useTranslations } from "next-intl";
import { useEffect, useRef, useState } from "react";
import { useLatest } from "../lib/use-latest";
import classes from "./live-video.module.css";

interface LiveVideoProps {
  streamUrl: string;
  title: string;
  /** The stream cannot be played; the built-in stage takes over. */
  onBroken: () => void;
}

const RECOVERIES_MAX = 3;

/** Plays HLS: by the browser where it can, else by hls.js, which is loaded only then. Starts muted, as browsers ask. */
export function LiveVideo({ streamUrl, title, onBroken }: LiveVideoProps) {
  const t = useTranslations("room");
  const videoRef = useRef<HTMLVideoElement>(null);
  const [muted, setMuted] = useState(true);
  const onBrokenRef = useLatest(onBroken);
  useEffect(() => {
    const video = videoRef.current;
    if (!video) return;
    if (video.canPlayType("application/vnd.apple.mpegurl")) {
      video.src = streamUrl;
      return;
    }
    let stopped = false;
    let destroy = () => {};
    void import("hls.js").then(({ default: Hls }) => {
      if (stopped) return;
      if (!Hls.isSupported()) return onBrokenRef.current();
      const hls = new Hls({ liveDurationInfinity: true, backBufferLength: 30 });
      let recoveries = 0;
      hls.on(Hls.Events.ERROR, (_event, data) => {
        if (!data.fatal) return;
        recoveries += 1;
        if (recoveries > RECOVERIES_MAX) onBrokenRef.current();
        else if (data.type === Hls.ErrorTypes.MEDIA_ERROR) hls.recoverMediaError();
        else hls.startLoad();
      });
      hls.loadSource(streamUrl);
      hls.attachMedia(video);
      destroy = () => hls.destroy();
    });
    return () => {
      stopped = true;
      destroy();
    };
  }, [streamUrl, onBrokenRef]);
  return (
    <div className={classes.frame}>
      {/* Live pictures have no captions track; the chat is text already. */}
      <video
        ref={videoRef}
        className={classes.video}
        aria-label={title}
        autoPlay
        playsInline
        muted={muted}
        onError={onBroken}
      />
      {muted ? (
        <button type="button" className={classes.unmute} onClick={() => setMuted(false)}>
          {t("unmute")}
        </button>
      ) : null}
    </div>
  );
}
