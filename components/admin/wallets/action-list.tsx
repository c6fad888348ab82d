"use client";

import { useTranslations } from "next-intl";
import type { WalletAction } from "@/server/contracts/wallet-admin";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { Table } from "../../ui/table";
import { TraceId } from "../../ui/trace-id";
import classes from "../admin.module.css";
import { ScrollFrame } from "../scroll-frame";

/** What operators did to a wallet, with their reasons. */
export function ActionList({ actions }: { actions: readonly WalletAction[] }) {
  const t = useTranslations("adminWallets");
  const formats = useLocaleFormats();
  if (actions.length === 0) return null;
  return (
    <section className={classes.card} aria-labelledby="actions-title">
      <h2 id="actions-title" className={classes.cardTitle}>
        {t("actions")}
      </h2>
      <ScrollFrame labelledBy="actions-title">
        <Table className={classes.table} verticalSpacing="xs" data-testid="wallet-actions">
          <Table.Tbody>
            {actions.map((action) => (
              <Table.Tr key={`${action.at}/${action.traceId}/${action.action}`}>
                <Table.Td className={classes.nowrap}>
                  <time dateTime={action.at}>{formats.dateTime(action.at)}</time>
                </Table.Td>
                <Table.Td className={classes.mono}>{action.action}</Table.Td>
                <Table.Td>{action.actorName ?? t("platform")}</Table.Td>
                <Table.Td>{action.reason}</Table.Td>
                <Table.Td>
                  <TraceId traceId={action.traceId} />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </ScrollFrame>
    </section>
  );
}
