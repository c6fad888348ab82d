"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useTRPC } from "../lib/trpc";
import studio from "../studio/studio.module.css";
import { CoverArt } from "../ui/cover-art";
import { RetriedImage } from "../ui/retried-image";
import { PictureField } from "./picture-field";
import classes from "./picture-field.module.css";

/** What the lobby shows of my room. */
export function CoverCard({ roomId, coverUrl }: { roomId: string; coverUrl: string | null }) {
  const t = useTranslations("picture");
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const art = <CoverArt seed={roomId} className={classes.cover} />;
  return (
    <section className={studio.card} aria-labelledby="cover-title">
      <h2 id="cover-title" className={studio.cardTitle}>
        {t("cover")}
      </h2>
      <PictureField
        kind="cover"
        hasPicture={coverUrl !== null}
        onChanged={() => queryClient.invalidateQueries({ queryKey: trpc.room.get.queryKey({ roomId }) })}
      >
        {coverUrl ? <RetriedImage src={coverUrl} alt="" className={classes.cover} fallback={art} /> : art}
      </PictureField>
    </section>
  );
}
