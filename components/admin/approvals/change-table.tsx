"use client";

import { useTranslations } from "next-intl";
import type { Proposal } from "@/server/contracts/approval";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { Table } from "../../ui/table";
import admin from "../admin.module.css";
import { ScrollFrame } from "../scroll-frame";
import { factText } from "./fact-text";

/** What says why, not what: it stands beside the table. */
const WORDS = new Set(["reason", "note"]);

/** What a proposal would change, before and after. Names are as in the code, which is what the audit log shows too. */
export function ChangeTable({ proposal: { input, before } }: { proposal: Proposal }) {
  const t = useTranslations("adminApprovals");
  const formats = useLocaleFormats();
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(input)])].filter(
    (name) => !WORDS.has(name),
  );
  return (
    <ScrollFrame label={t("what")}>
      <Table className={`${admin.table} numeric`} verticalSpacing={4}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("what")}</Table.Th>
            <Table.Th>{t("before")}</Table.Th>
            <Table.Th>{t("after")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {names.map((name) => {
            const [was, will] = [before?.[name], input[name]];
            const isChanged = name in input && JSON.stringify(was) !== JSON.stringify(will);
            return (
              <Table.Tr key={name}>
                <Table.Td className={admin.mono}>{name}</Table.Td>
                <Table.Td>{before ? factText(name, was, formats) : "—"}</Table.Td>
                <Table.Td>
                  {name in input ? (
                    isChanged ? (
                      <strong>{factText(name, will, formats)}</strong>
                    ) : (
                      factText(name, will, formats)
                    )
                  ) : null}
                </Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </ScrollFrame>
  );
}
