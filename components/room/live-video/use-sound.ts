import { useLocalStorage } from "@mantine/hooks";
import { type RefObject, useCallback, useEffect, useState } from "react";

interface Kept {
  /** From 0 to 1. */
  volume: number;
  soundOn: boolean;
}
const UNTOUCHED: Kept = { volume: 1, soundOn: false };
/** What sound comes back with after it was drawn down to nothing. */
const AUDIBLE = 0.5;

/**
 * The sound of a player. A picture starts with sound only where the person had it on before and the browser lets it; both
 * volume and choice are kept for the next room.
 */
export function useSound(videoRef: RefObject<HTMLVideoElement | null>) {
  const [kept, setKept] = useLocalStorage<Kept>({
    key: "downpour.sound",
    defaultValue: UNTOUCHED,
    getInitialValueInEffect: false,
  });
  const volume = Number.isFinite(kept.volume) ? Math.min(1, Math.max(0, kept.volume)) : UNTOUCHED.volume;
  const [muted, setMuted] = useState(!kept.soundOn);
  /** Until then silence is the browser's rule and not the person's wish. */
  const [hasChosen, setChosen] = useState(false);

  useEffect(() => {
    const video = videoRef.current;
    if (!video) return;
    video.volume = volume;
    video.muted = muted;
    // The browser mutes what it does not let sound, and has buttons of its own.
    const follow = () => setMuted(video.muted);
    video.addEventListener("volumechange", follow);
    return () => video.removeEventListener("volumechange", follow);
  }, [videoRef, volume, muted]);

  const choose = useCallback(
    (next: { muted: boolean; volume: number }) => {
      setChosen(true);
      setMuted(next.muted);
      setKept({ volume: next.volume, soundOn: !next.muted });
    },
    [setKept],
  );
  return {
    muted,
    volume,
    hasChosen,
    toggle: () => choose({ muted: !muted, volume: muted && volume === 0 ? AUDIBLE : volume }),
    setVolume: (next: number) => choose({ muted: next === 0, volume: next }),
  };
}

export type Sound = ReturnType<typeof useSound>;
