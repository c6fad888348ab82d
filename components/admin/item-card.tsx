import type { ReactNode } from "react";
import classes from "./item-card.module.css";

export function ItemCards({ testId, children }: { testId: string; children: ReactNode }) {
  return (
    <ul className={classes.list} data-testid={testId}>
      {children}
    </ul>
  );
}

interface ItemCardProps {
  /** How much it wants somebody. */
  tone: "waiting" | "good" | "bad" | "calm";
  title: ReactNode;
  /** Beside the title, at the card's end. */
  aside?: ReactNode;
  children: ReactNode;
  /** At the card's foot, before what can be done. */
  foot?: ReactNode;
  /** What can be done about it. */
  actions?: ReactNode;
  /** What tests find it by. */
  itemProps: Record<`data-${string}`, string | number | boolean | undefined>;
}

/** One thing that an operator looks at: what it is, its facts, and what can be done. */
export function ItemCard({ tone, title, aside, children, foot, actions, itemProps }: ItemCardProps) {
  return (
    <li className={classes.item} data-tone={tone} {...itemProps}>
      <div className={classes.row}>
        <h2 className={classes.title}>{title}</h2>
        {aside}
      </div>
      {children}
      <div className={classes.row}>
        {foot}
        <div className={classes.buttons}>{actions}</div>
      </div>
    </li>
  );
}
