import { memo } from "react";
import { skyOf } from "../ui/palette";
import { PersonAvatar } from "../ui/person-avatar";
import classes from "./night-stage.module.css";
import { Skyline } from "./skyline";
import { Weather } from "./weather";

interface NightStageProps {
  roomId: string;
  /** Not yet known while the room loads. */
  anchor: { userId: string; nickname: string; avatarUrl: string | null } | null;
  isLive: boolean;
  /** Something else rains before it: its own rain stops, and so does what moves around the anchor. */
  calm?: boolean;
}

/**
 * What a room without a picture shows: its own city at night, rain and rising lanterns, and the anchor in the middle. What does
 * not move is one layer, and what moves is few: all of them are put in order anew whenever one is added or taken away.
 */
export const NightStage = memo(function NightStage({
  roomId,
  anchor,
  isLive,
  calm = false,
}: NightStageProps) {
  const sky = skyOf(roomId);
  return (
    <div
      className={classes.stage}
      data-live={isLive}
      data-calm={calm}
      style={{ background: `linear-gradient(180deg, ${sky.high} 0%, ${sky.low} 74%, ${sky.light} 128%)` }}
      aria-hidden
    >
      <div className={classes.clouds}>
        <i style={{ background: `radial-gradient(closest-side, ${sky.low}, transparent)` }} />
        <i style={{ background: `radial-gradient(closest-side, ${sky.light}55, transparent)` }} />
        <i style={{ background: `radial-gradient(closest-side, ${sky.high}, transparent)` }} />
      </div>
      <div
        className={classes.moonGlow}
        style={{ background: `radial-gradient(closest-side, ${sky.light}88, transparent)` }}
      >
        <span className={classes.moon} style={{ background: sky.light }} />
      </div>
      <Skyline roomId={roomId} />
      <div className={classes.shade} />
      <Weather seed={roomId} />
      {anchor ? (
        <div className={classes.anchor}>
          <span className={classes.halo} />
          <span className={classes.orb}>
            <PersonAvatar {...anchor} size={112} />
          </span>
        </div>
      ) : null}
    </div>
  );
});
