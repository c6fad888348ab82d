"use client";

import { Button, NativeSelect, Skeleton, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useMessages, useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import type { MyProfile } from "@/domain/contracts/person-facts";
import { BIRTH_YEAR_MIN, GENDERS } from "@/domain/rules/person-facts";
import { readApiError } from "../lib/api-error";
import { useTRPC } from "../lib/trpc";
import { useErrorText } from "../ui/error-text";
import { ErrorPanel } from "../ui/state-panel";
import classes from "./account-page.module.css";

/** What I say about myself; nothing of it has to be said. */
export function AboutCard() {
  const t = useTranslations("about");
  const trpc = useTRPC();
  const { data, error, refetch } = useQuery(trpc.me.profile.queryOptions());
  if (error && !data) return <ErrorPanel error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton height={240} radius="lg" />;
  return (
    <section className={classes.card} aria-labelledby="about-title" data-testid="about-card">
      <h2 id="about-title" className={classes.heading}>
        {t("title")}
      </h2>
      <p className={classes.text}>{t("text")}</p>
      <AboutForm profile={data} />
    </section>
  );
}

function AboutForm({ profile }: { profile: MyProfile }) {
  const t = useTranslations("about");
  const errorText = useErrorText();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [gender, setGender] = useState(profile.gender);
  const [birthYear, setBirthYear] = useState(profile.birthYear?.toString() ?? "");
  const [region, setRegion] = useState(profile.region ?? "");
  const save = useMutation(
    trpc.me.updateProfile.mutationOptions({
      onSuccess: (saved) => {
        queryClient.setQueryData(trpc.me.profile.queryKey(), saved);
        notifications.show({ color: "green", message: t("saved") });
      },
    }),
  );
  const error = save.error ? readApiError(save.error) : null;

  function submit(event: FormEvent) {
    event.preventDefault();
    save.mutate({
      gender,
      birthYear: birthYear === "" ? null : Number(birthYear),
      region: region === "" ? null : region,
    });
  }

  return (
    <form className={classes.about} onSubmit={submit} noValidate>
      <div className={classes.aboutFields}>
        <NativeSelect
          label={t("gender")}
          value={gender}
          data={GENDERS.map((value) => ({ value, label: t(`genders.${value}`) }))}
          onChange={({ currentTarget }) =>
            setGender(GENDERS.find((choice) => choice === currentTarget.value) ?? "unsaid")
          }
          data-testid="about-gender"
        />
        <TextInput
          label={t("birthYear")}
          inputMode="numeric"
          autoComplete="bday-year"
          placeholder={String(BIRTH_YEAR_MIN + 90)}
          maxLength={4}
          value={birthYear}
          error={error?.details.field === "birthYear" ? errorText(error) : undefined}
          onChange={(event) => setBirthYear(event.currentTarget.value.replaceAll(/\D/g, ""))}
          data-testid="about-birth-year"
        />
        <RegionSelect value={region} onChange={setRegion} />
      </div>
      {error && error.details.field !== "birthYear" ? (
        <p className={classes.text} role="alert">
          {errorText(error)}
        </p>
      ) : null}
      <div className={classes.actions}>
        <Button type="submit" loading={save.isPending} data-testid="about-save">
          {t("save")}
        </Button>
      </div>
    </form>
  );
}

/** The regions that have a name; one that was set by another program stays in the list by its code. */
function RegionSelect({ value, onChange }: { value: string; onChange: (region: string) => void }) {
  const t = useTranslations("about");
  const names = useMessages().regions as Record<string, string>;
  const known = Object.entries(names).map(([code, label]) => ({ value: code, label }));
  const isUnnamed = value !== "" && !(value in names);
  return (
    <NativeSelect
      label={t("region")}
      value={value}
      data={[
        { value: "", label: t("unsaidRegion") },
        ...(isUnnamed ? [{ value, label: value }] : []),
        ...known,
      ]}
      onChange={(event) => onChange(event.currentTarget.value)}
      data-testid="about-region"
    />
  );
}
