"use client";

import { NativeSelect } from "@mantine/core";
import { useTranslations } from "next-intl";
import type { CSSProperties } from "react";
import type { Affinity, AffinityTag } from "@/domain/contracts/analytics";
import { topicName } from "@/domain/rules/topics";
import { useChangeAddress } from "../../lib/use-address";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import classes from "../admin.module.css";
import filterClasses from "../filters.module.css";
import affinityClasses from "./affinity.module.css";
import heatClasses from "./heat-map.module.css";

/** As in the map of hours: figures can be read on every ground, dark and light. */
const HEAT_PERCENT_MAX = 45;
/** Four times as often as by chance is as hot as it gets. */
const LIFT_MAX = 4;

/** Tags that the same people watch: how much more often than by chance. Only where at least 20 people do. */
export function TagMatrix({ affinity: { tags, pairs }, tag }: { affinity: Affinity; tag: string }) {
  const t = useTranslations("adminAnalytics.affinity");
  const { locale } = useLocaleFormats();
  const changeAddress = useChangeAddress();
  const nameOf = ({ label }: AffinityTag) => topicName(label, locale);
  function go(value: string) {
    changeAddress({ tag }, { tag: value });
  }
  const labels = [...new Set([...(tag === "" ? [] : [tag]), ...tags.map(({ label }) => label)])];
  return (
    <>
      <h3 className={affinityClasses.subTitle} id="tag-matrix-title">
        {t("matrix")}
      </h3>
      <p className={classes.hint}>{t("matrixText")}</p>
      <div className={filterClasses.filters}>
        <NativeSelect
          label={t("around")}
          value={tag}
          data={[
            { value: "", label: t("allTags") },
            ...labels.map((label) => ({ value: label, label: topicName(label, locale) })),
          ]}
          onChange={(event) => go(event.currentTarget.value)}
          data-testid="affinity-tag"
        />
      </div>
      {tags.length === 0 ? (
        <p className={classes.hint}>{t("noTags")}</p>
      ) : (
        <div
          className={heatClasses.frame}
          role="group"
          aria-labelledby="tag-matrix-title"
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a region that scrolls has to be reachable by keyboard
          tabIndex={0}
        >
          <table className={`${heatClasses.map} ${affinityClasses.matrix} numeric`} data-testid="tag-matrix">
            <thead>
              <tr>
                <th scope="col">{t("tag")}</th>
                <th scope="col">{t("people")}</th>
                {tags.map((one) => (
                  <th key={one.tagId} scope="col">
                    {nameOf(one)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {tags.map((one) => (
                <MatrixRow key={one.tagId} one={one} tags={tags} pairs={pairs} name={nameOf(one)} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}

function MatrixRow({
  one,
  tags,
  pairs,
  name,
}: Pick<Affinity, "tags" | "pairs"> & { one: AffinityTag; name: string }) {
  const formats = useLocaleFormats();
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>{formats.compact(one.people)}</td>
      {tags.map(({ tagId }) => {
        const pair = pairs.find((some) => some.tagId === one.tagId && some.otherTagId === tagId);
        return (
          <td key={tagId} style={{ "--heat": `${heatOf(pair?.lift ?? 0)}%` } as CSSProperties}>
            {tagId === one.tagId ? "—" : pair ? pair.lift.toFixed(2) : ""}
          </td>
        );
      })}
    </tr>
  );
}

/** As often as by chance, or less, is cold. */
const heatOf = (lift: number) =>
  Math.round(Math.min(1, Math.max(0, Math.log(lift)) / Math.log(LIFT_MAX)) * HEAT_PERCENT_MAX);
