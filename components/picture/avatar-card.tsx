"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import classes from "../account/account-page.module.css";
import { useTRPC } from "../lib/trpc";
import { PersonAvatar } from "../ui/person-avatar";
import { PictureField } from "./picture-field";

/** My own picture. */
export function AvatarCard({ me }: { me: { userId: string; nickname: string; avatarUrl: string | null } }) {
  const t = useTranslations("picture");
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const readAgain = () =>
    Promise.all(
      [trpc.session.pathKey(), trpc.me.pathKey()].map((queryKey) =>
        queryClient.invalidateQueries({ queryKey }),
      ),
    );
  return (
    <section className={classes.card} aria-labelledby="avatar-title">
      <h2 id="avatar-title" className={classes.heading}>
        {t("avatar")}
      </h2>
      <PictureField kind="avatar" hasPicture={me.avatarUrl !== null} onChanged={readAgain}>
        <PersonAvatar {...me} size={88} />
      </PictureField>
    </section>
  );
}
