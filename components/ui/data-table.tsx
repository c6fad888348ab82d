"use client";

import type { ReactNode } from "react";
import classes from "./data-table.module.css";
import { Table } from "./table";

export interface Column<T> {
  key: string;
  /** The head of the column; on a phone it stands beside each value. */
  label: string;
  /** Null leaves the cell empty; on a phone its line is left out. */
  renderCell: (item: T) => ReactNode;
  isEnd?: boolean;
  isNowrap?: boolean;
  /** Holds what acts on the row: the label is only spoken. */
  isActing?: boolean;
  /** Heads the card of a phone, without a label. */
  isTitle?: boolean;
  /** Stands beside the title of a phone's card, without a label. */
  isFigure?: boolean;
  className?: string;
}

export type TableName = { label: string } | { labelledBy: string };

type DataTableProps<T> = TableName & {
  items: readonly T[];
  columns: readonly Column<T>[];
  rowKey: (item: T) => string;
  /** What tests and styles find a row by. */
  rowProps?: (item: T) => Record<`data-${string}`, string | number | boolean | undefined>;
  testId?: string;
  /** Every value says by itself what it is; a phone still has the labels. */
  isHeadless?: boolean;
};

/**
 * Rows under their heads; on a phone a card for each row. The roles are said again, because tables that are laid out as
 * something else lose theirs.
 */
export function DataTable<T>({
  items,
  columns,
  rowKey,
  rowProps,
  testId,
  isHeadless = false,
  ...name
}: DataTableProps<T>) {
  return (
    <div
      className={classes.frame}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a region that scrolls has to be reachable by keyboard
      tabIndex={0}
      role="group"
      aria-label={"label" in name ? name.label : undefined}
      aria-labelledby={"labelledBy" in name ? name.labelledBy : undefined}
    >
      <Table className={`${classes.table} numeric`} verticalSpacing="xs" role="table" data-testid={testId}>
        {isHeadless ? null : (
          <Table.Thead role="rowgroup">
            <Table.Tr role="row">
              {columns.map(({ key, label, isEnd, isActing }) => (
                <Table.Th
                  key={key}
                  role="columnheader"
                  className={isEnd ? classes.end : undefined}
                  aria-label={isActing ? label : undefined}
                >
                  {isActing ? null : label}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
        )}
        <Table.Tbody role="rowgroup">
          {items.map((item) => (
            <Table.Tr key={rowKey(item)} role="row" {...rowProps?.(item)}>
              {columns.map((column) => (
                <Table.Td
                  key={column.key}
                  role="cell"
                  className={[
                    column.isEnd || column.isActing ? classes.end : "",
                    column.isNowrap ? classes.nowrap : "",
                    column.className ?? "",
                  ].join(" ")}
                  data-label={column.label}
                  data-acts={column.isActing || undefined}
                  data-title={column.isTitle || undefined}
                  data-figure={column.isFigure || undefined}
                >
                  {toValue(column.renderCell(item))}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

/** One box beside the label, whatever it is made of; nothing at all for an empty cell. */
function toValue(content: ReactNode) {
  return content === null || content === undefined || content === "" ? null : (
    <div className={classes.value}>{content}</div>
  );
}
