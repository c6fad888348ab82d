"use client";

import { Button, NativeSelect, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useTranslations } from "next-intl";
import type { FormEvent } from "react";
import { useGiftsById } from "../../gift/use-gifts-by-id";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import classes from "../filters.module.css";
import {
  fromLocalTime,
  ORDER_FIELDS,
  ORDER_STATUSES,
  ORDER_TEXT_MAX,
  type OrderFields,
  toLocalTime,
} from "./order-filter";

interface OrderFilterFormProps {
  fields: OrderFields;
  /** The field that could not be read. */
  wrong: keyof OrderFields | null;
  onSearch: (fields: OrderFields) => void;
}

/** Every way to narrow the list; sent as one, choices at once. */
export function OrderFilterForm({ fields, wrong, onSearch }: OrderFilterFormProps) {
  const t = useTranslations("adminOrders");
  const states = useTranslations("giftOrders.status");
  const formats = useLocaleFormats();
  const gifts = [...useGiftsById().values()];
  function send(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const next: OrderFields = {};
    for (const name of ORDER_FIELDS) {
      const entry = form.get(name);
      const text = typeof entry === "string" ? entry.trim() : "";
      const value = name === "from" || name === "to" ? fromLocalTime(text) : text;
      if (value !== "") next[name] = value;
    }
    onSearch(next);
  }
  const text = (name: keyof OrderFields) => ({
    name,
    defaultValue: fields[name] ?? "",
    error: wrong === name ? t("wrongField") : undefined,
  });
  return (
    <search>
      <form className={classes.filters} onSubmit={send}>
        <TextInput
          {...text("q")}
          className={classes.wide}
          label={t("search")}
          placeholder={t("placeholder")}
          maxLength={ORDER_TEXT_MAX}
          leftSection={<IconSearch size={16} aria-hidden />}
          data-testid="search-text"
        />
        <TextInput
          {...text("viewer")}
          label={t("viewer")}
          placeholder={t("viewerHint")}
          maxLength={ORDER_TEXT_MAX}
          data-testid="orders-viewer"
        />
        <TextInput
          {...text("room")}
          label={t("room")}
          placeholder={t("roomHint")}
          maxLength={ORDER_TEXT_MAX}
          data-testid="orders-room"
        />
        <NativeSelect
          {...text("status")}
          label={t("state")}
          data={[
            { value: "", label: t("anyState") },
            ...ORDER_STATUSES.map((value) => ({ value, label: states(value) })),
          ]}
          onChange={(event) => event.currentTarget.form?.requestSubmit()}
          data-testid="orders-status"
        />
        <NativeSelect
          {...text("gift")}
          // What the address names is chosen once the catalogue is here.
          key={gifts.length}
          label={t("gift")}
          data={[
            { value: "", label: t("anyGift") },
            ...gifts.map(({ giftId, nameEn, nameZh }) => ({
              value: giftId,
              label: formats.locale === "zh" ? nameZh : nameEn,
            })),
            ...(fields.gift && gifts.every(({ giftId }) => giftId !== fields.gift) ? [fields.gift] : []),
          ]}
          onChange={(event) => event.currentTarget.form?.requestSubmit()}
          data-testid="orders-gift"
        />
        <TextInput
          {...text("coinsMin")}
          label={t("coinsMin")}
          inputMode="numeric"
          data-testid="orders-coins-min"
        />
        <TextInput
          {...text("coinsMax")}
          label={t("coinsMax")}
          inputMode="numeric"
          data-testid="orders-coins-max"
        />
        <TextInput
          {...text("from")}
          defaultValue={toLocalTime(fields.from)}
          type="datetime-local"
          label={t("from")}
          data-testid="orders-from"
        />
        <TextInput
          {...text("to")}
          defaultValue={toLocalTime(fields.to)}
          type="datetime-local"
          label={t("to")}
          data-testid="orders-to"
        />
        <div className={classes.buttons}>
          <Button type="submit" data-testid="search-submit">
            {t("find")}
          </Button>
          {Object.keys(fields).length > 0 ? (
            <Button variant="subtle" color="gray" onClick={() => onSearch({})} data-testid="orders-clear">
              {t("clear")}
            </Button>
          ) : null}
        </div>
      </form>
    </search>
  );
}
