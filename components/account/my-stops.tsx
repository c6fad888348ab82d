"use client";

import { Alert } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useTRPC } from "../lib/trpc";
import { useLocaleFormats } from "../lib/use-locale-formats";

const REFRESH_MS = 10_000;

/** Says to somebody who is restricted what is stopped, why, and until when. Nothing for everybody else. */
export function MyStops() {
  const t = useTranslations("stops");
  const trpc = useTRPC();
  const formats = useLocaleFormats();
  const { data = [] } = useQuery(
    trpc.session.stops.queryOptions(undefined, { refetchInterval: REFRESH_MS, retry: false }),
  );
  return data.map((stop) => (
    <Alert
      key={`${stop.kind}/${stop.until}/${stop.reason}`}
      color="red"
      title={t(`titles.${stop.kind}`)}
      role="status"
      data-testid="my-stop"
      data-kind={stop.kind}
    >
      {t("why", { reason: stop.reason })}{" "}
      {stop.until ? t("until", { at: formats.dateTime(stop.until) }) : t("forGood")}
    </Alert>
  ));
}
