"use client";

import { Button, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { type FormEvent, useState } from "react";
import classes from "./search-form.module.css";

interface SearchFormProps {
  label: string;
  placeholder: string;
  submit: string;
  initial?: string;
  onSearch: (text: string) => void;
}

/** One box that is searched when it is sent, not while it is typed. */
export function SearchForm({ label, placeholder, submit, initial = "", onSearch }: SearchFormProps) {
  const [text, setText] = useState(initial);
  function send(event: FormEvent) {
    event.preventDefault();
    if (text.trim() !== "") onSearch(text.trim());
  }
  return (
    <search>
      <form onSubmit={send} className={classes.form}>
        <TextInput
          className={classes.box}
          label={label}
          placeholder={placeholder}
          maxLength={64}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          leftSection={<IconSearch size={16} aria-hidden />}
          data-testid="search-text"
        />
        <Button type="submit" data-testid="search-submit">
          {submit}
        </Button>
      </form>
    </search>
  );
}
