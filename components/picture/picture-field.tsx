"use client";

import { Button, FileButton } from "@mantine/core";
import { IconPhotoUp } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import type { PictureKind, PictureRefusal } from "@/domain/contracts/picture";
import { type ApiError, readApiError } from "../lib/api-error";
import { useTRPC } from "../lib/trpc";
import { useErrorText } from "../ui/error-text";
import classes from "./picture-field.module.css";
import { uploadPicture } from "./upload-picture";

interface PictureFieldProps {
  kind: PictureKind;
  hasPicture: boolean;
  /** The picture as it stands. */
  children: ReactNode;
  /** The picture is another one, or gone. */
  onChanged: () => unknown;
}

/** A picture of one's own, with the ways to change it and to take it away. */
export function PictureField({ kind, hasPicture, children, onChanged }: PictureFieldProps) {
  const t = useTranslations("picture");
  const trpc = useTRPC();
  const refusalText = useRefusalText();
  const upload = useMutation({ mutationFn: (file: File) => uploadPicture(kind, file), onSuccess: onChanged });
  const remove = useMutation(trpc.me.removePicture.mutationOptions({ onSuccess: onChanged }));
  const error = upload.error ?? remove.error;
  return (
    <div className={classes.field} data-testid={`picture-${kind}`}>
      {children}
      <div className={classes.words}>
        <p className={classes.hint}>{t(`${kind}Hint`)}</p>
        <div className={classes.actions}>
          <FileButton
            accept="image/jpeg,image/png,image/webp"
            onChange={(file) => {
              if (!file) return;
              remove.reset();
              upload.mutate(file);
            }}
            inputProps={{ "aria-label": t(kind) }}
          >
            {(props) => (
              <Button
                {...props}
                variant="default"
                leftSection={<IconPhotoUp size={18} aria-hidden />}
                loading={upload.isPending}
                data-testid={`picture-${kind}-choose`}
              >
                {t("choose")}
              </Button>
            )}
          </FileButton>
          {hasPicture ? (
            <Button
              variant="subtle"
              loading={remove.isPending}
              onClick={() => {
                upload.reset();
                remove.mutate({ kind });
              }}
              data-testid={`picture-${kind}-remove`}
            >
              {t("remove")}
            </Button>
          ) : null}
        </div>
        {error ? (
          <p className={classes.error} role="alert">
            {refusalText(readApiError(error))}
          </p>
        ) : null}
      </div>
    </div>
  );
}

function useRefusalText(): (error: ApiError) => string {
  const t = useTranslations("picture.refusals");
  const errorText = useErrorText();
  return (error) => {
    if (error.name === "BODY_TOO_LARGE") return t("tooLarge");
    const reason = error.details.reason as PictureRefusal | undefined;
    return error.name === "PICTURE_REFUSED" && reason && t.has(reason) ? t(reason) : errorText(error);
  };
}
