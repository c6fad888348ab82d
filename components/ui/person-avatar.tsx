import { initialOf } from "../lib/format";
import { skyOf } from "./palette";
import classes from "./person-avatar.module.css";
import { RetriedImage } from "./retried-image";

interface PersonAvatarProps {
  userId: string;
  nickname: string;
  avatarUrl?: string | null;
  /** Side in CSS pixels. */
  size?: number;
}

/** A person's picture, or their initial on a sky of their own. Always beside the name, so it is decoration. */
export function PersonAvatar({ userId, nickname, avatarUrl, size = 36 }: PersonAvatarProps) {
  const sky = skyOf(userId);
  const style = {
    width: size,
    height: size,
    fontSize: size * 0.44,
    background: `linear-gradient(160deg, ${sky.low}, ${sky.high})`,
  };
  const initial = (
    <span className={classes.avatar} style={style} aria-hidden>
      {initialOf(nickname)}
    </span>
  );
  // A remote picture of any size: Next's optimiser has no business fetching addresses that people type in.
  return avatarUrl ? (
    <RetriedImage
      className={classes.avatar}
      src={avatarUrl}
      alt=""
      style={style}
      loading="lazy"
      fallback={initial}
    />
  ) : (
    initial
  );
}
