"use client";

import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import { lazyPart } from "../../lib/lazy-part";
import { RAIN_STATUSES, type RainFilter } from "./rain-filter";
import classes from "./rains.module.css";

const AnchorField = lazyPart(() => import("./anchor-field").then((m) => m.AnchorField), {
  loading: AnchorFieldPlace,
});

/** As large as what comes there. */
function AnchorFieldPlace() {
  const t = useTranslations("adminRains");
  return <TextInput label={t("anchor")} placeholder={t("anchorHint")} disabled />;
}

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** Narrows the list: state and anchor at once, a room once its id is whole. */
export function RainFilterForm({
  filter,
  onChange,
}: {
  filter: RainFilter;
  onChange: (filter: RainFilter) => void;
}) {
  const t = useTranslations("adminRains");
  const states = useTranslations("rainStates");
  const [room, setRoom] = useState(filter.roomId ?? "");
  const isFiltered = Object.values(filter).some(Boolean);
  const roomId = room.trim();
  function submit(event: FormEvent) {
    event.preventDefault();
    onChange({ ...filter, roomId: UUID.test(roomId) ? roomId : undefined });
  }
  return (
    <search>
      <form className={classes.filters} onSubmit={submit}>
        <NativeSelect
          label={t("status")}
          value={filter.status ?? ""}
          data={[
            { value: "", label: t("allStatus") },
            ...RAIN_STATUSES.all.map((value) => ({ value, label: states(`status.${value}`) })),
          ]}
          onChange={(event) => {
            onChange({ ...filter, status: RAIN_STATUSES.find(event.currentTarget.value) });
          }}
          data-testid="rains-status"
        />
        <AnchorField
          label={t("anchor")}
          value={filter.anchorId ?? null}
          onChange={(anchorId) => onChange({ ...filter, anchorId: anchorId ?? undefined })}
          testId="rains-anchor"
        />
        <TextInput
          label={t("room")}
          maxLength={36}
          value={room}
          onChange={(event) => setRoom(event.currentTarget.value)}
          data-testid="rains-room"
        />
        <Button type="submit" variant="default">
          {t("filter")}
        </Button>
        {isFiltered ? (
          <Button
            variant="subtle"
            color="gray"
            onClick={() => {
              setRoom("");
              onChange({});
            }}
          >
            {t("clear")}
          </Button>
        ) : null}
      </form>
    </search>
  );
}
