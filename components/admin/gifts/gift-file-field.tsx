"use client";

import { Button, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useEffect, useRef, useState } from "react";
import type { GiftFileFacts } from "@/domain/contracts/gift-file";
import { playSvga } from "../../gift/effects/play-svga";
import { useTRPC } from "../../lib/trpc";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { MutationError } from "../mutation-error";
import classes from "./gifts.module.css";
import { useGiftFileRefusalText } from "./use-gift-file-refusal-text";

const URL_LENGTH_MAX = 500;

interface GiftFileFieldProps {
  value: string;
  /** Whether what stands here now may be saved. */
  isPlayed: boolean;
  onChange: (url: string) => void;
  /** A file was read and has begun to play: it may be saved. */
  onPlayed: (url: string) => void;
}

/** The address of an effect file; checked by the server, and played here as the room will play it. */
export function GiftFileField({ value, isPlayed, onChange, onPlayed }: GiftFileFieldProps) {
  const t = useTranslations("adminGifts");
  const [checkedUrl, setCheckedUrl] = useState<string | null>(null);
  const url = value.trim();
  return (
    <div className={classes.file}>
      <TextInput
        label={t("file")}
        description={t("fileHint")}
        type="url"
        placeholder="https://"
        maxLength={URL_LENGTH_MAX}
        value={value}
        onChange={(event) => {
          setCheckedUrl(null);
          onChange(event.currentTarget.value);
        }}
        error={isPlayed ? undefined : t("checkFirst")}
        data-testid="gift-file"
      />
      <div>
        <Button
          variant="default"
          disabled={url === ""}
          onClick={() => setCheckedUrl(url)}
          data-testid="gift-file-check"
        >
          {t("check")}
        </Button>
      </div>
      {checkedUrl ? <Checked key={checkedUrl} url={checkedUrl} onPlayed={onPlayed} /> : null}
    </div>
  );
}

function Checked({ url, onPlayed }: { url: string; onPlayed: (url: string) => void }) {
  const t = useTranslations("adminGifts");
  const refusalText = useGiftFileRefusalText();
  const trpc = useTRPC();
  const check = useQuery(
    trpc.gift.checkFile.queryOptions({ svgaUrl: url }, { retry: false, gcTime: 0, staleTime: Infinity }),
  );
  if (check.isPending) return <p role="status">{t("checking")}</p>;
  if (check.isError) return <MutationError error={check.error} />;
  const { data } = check;
  return (
    <>
      {data.isPlayable ? (
        <Facts facts={data.facts} />
      ) : (
        <p
          role="alert"
          className={classes.refusal}
          data-testid="gift-file-refusal"
          data-reason={data.refusal.reason}
        >
          {refusalText(data.refusal)}
        </p>
      )}
      {data.isPlayable || !data.isRefused ? <Preview url={url} onPlayed={onPlayed} /> : null}
    </>
  );
}

function Facts({ facts }: { facts: GiftFileFacts }) {
  const t = useTranslations("adminGifts");
  const formats = useLocaleFormats();
  const { widthPx, heightPx, durationMs, framesPerSecond, sizeBytes, pictures, sounds, isCut } = facts;
  return (
    <p data-testid="gift-file-facts">
      {t("facts", {
        width: Math.round(widthPx),
        height: Math.round(heightPx),
        seconds: durationMs / 1_000,
        fps: framesPerSecond,
        size: formats.coins(Math.ceil(sizeBytes / 1_024)),
        pictures,
      })}{" "}
      {sounds > 0 ? t("hasSound") : t("noSound")} {isCut ? t("isCut") : null}
    </p>
  );
}

/** Plays it once, by the same player as the room. */
function Preview({ url, onPlayed }: { url: string; onPlayed: (url: string) => void }) {
  const t = useTranslations("adminGifts");
  const canvasRef = useRef<HTMLCanvasElement>(null);
  const [state, setState] = useState<"loading" | "playing" | "played" | "failed">("loading");
  useEffect(() => {
    const canvas = canvasRef.current;
    if (!canvas) return;
    const stop = new AbortController();
    const begin = () => {
      setState("playing");
      onPlayed(url);
    };
    playSvga(canvas, url, stop.signal, begin).then(
      () => setState("played"),
      () => {
        if (!stop.signal.aborted) setState("failed");
      },
    );
    return () => stop.abort();
  }, [url, onPlayed]);
  return (
    <div className={classes.preview} data-testid="gift-file-preview" data-state={state}>
      <canvas ref={canvasRef} className={classes.canvas} aria-label={t("preview")} role="img" />
      <p role="status">{t(`previews.${state}`)}</p>
    </div>
  );
}
