import type { ComponentProps } from "react";
import classes from "./table.module.css";

interface TableProps extends ComponentProps<"table"> {
  /** The space above and below each row's words. */
  verticalSpacing?: "xs" | "sm" | 4;
}

function PlainTable({ verticalSpacing = "xs", className = "", style, ...props }: TableProps) {
  const space = verticalSpacing === 4 ? "4px" : `var(--mantine-spacing-${verticalSpacing})`;
  return (
    <table
      {...props}
      className={`${classes.table} ${className}`}
      style={{ ...style, ["--row-space" as string]: space }}
    />
  );
}

/** Mantine's `Table` without its scroll area, which every page with a list would load, and without work for every cell. */
export const Table = Object.assign(PlainTable, {
  Thead: "thead",
  Tbody: "tbody",
  Tr: "tr",
  Th: "th",
  Td: "td",
} as const);
