"use client";

import { Button, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useTranslations } from "next-intl";
import type { FormEvent } from "react";
import filters from "../filters.module.css";

const TEXT_MAX = 64;

/** Empty is everybody, everywhere. */
export interface RemovedFilter {
  person: string;
  room: string;
}

interface RemovedFilterFormProps {
  filter: RemovedFilter;
  onSearch: (filter: RemovedFilter) => void;
}

/** Narrows the list to one person's words, or to one room's. */
export function RemovedFilterForm({ filter, onSearch }: RemovedFilterFormProps) {
  const t = useTranslations("adminRemovedWords");
  function send(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: keyof RemovedFilter) => {
      const entry = form.get(name);
      return typeof entry === "string" ? entry.trim() : "";
    };
    onSearch({ person: text("person"), room: text("room") });
  }
  return (
    <search>
      <form className={filters.filters} onSubmit={send}>
        <TextInput
          name="person"
          defaultValue={filter.person}
          className={filters.wide}
          label={t("person")}
          placeholder={t("personHint")}
          maxLength={TEXT_MAX}
          leftSection={<IconSearch size={16} aria-hidden />}
          data-testid="removed-person"
        />
        <TextInput
          name="room"
          defaultValue={filter.room}
          className={filters.wide}
          label={t("room")}
          placeholder={t("roomHint")}
          maxLength={TEXT_MAX}
          data-testid="removed-room"
        />
        <div className={filters.buttons}>
          <Button type="submit" data-testid="search-submit">
            {t("find")}
          </Button>
          {filter.person || filter.room ? (
            <Button
              variant="subtle"
              color="gray"
              onClick={() => onSearch({ person: "", room: "" })}
              data-testid="removed-clear"
            >
              {t("clear")}
            </Button>
          ) : null}
        </div>
      </form>
    </search>
  );
}
