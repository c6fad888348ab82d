import { IconChevronDown } from "@tabler/icons-react";
import type { ReactNode } from "react";
import classes from "./fold-panel.module.css";

interface FoldPanelProps {
  /** Names its parts: `<name>-panel`, `-title`, `-toggle`, `-body`. */
  name: string;
  icon: ReactNode;
  title: string;
  /** Beside the title: how it stands, and what can be done. */
  aside: ReactNode;
  isOpen: boolean;
  onToggle: () => void;
  /** Whether what it holds is to be seen already. */
  isShown?: boolean;
  children: ReactNode;
}

/** A part of the desk that is folded while there is nothing to do in it. */
export function FoldPanel({ name, icon, title, aside, isOpen, onToggle, isShown, children }: FoldPanelProps) {
  return (
    <section className={classes.panel} aria-labelledby={`${name}-title`} data-testid={`${name}-panel`}>
      <div className={classes.head}>
        <h2 id={`${name}-title`} className={classes.title}>
          <button
            type="button"
            className={classes.toggle}
            aria-expanded={isOpen}
            aria-controls={`${name}-body`}
            data-testid={`${name}-toggle`}
            onClick={onToggle}
          >
            <IconChevronDown size={18} aria-hidden className={classes.chevron} />
            {icon}
            {title}
          </button>
        </h2>
        {aside}
      </div>
      <div id={`${name}-body`} hidden={!(isShown ?? isOpen)}>
        {children}
      </div>
    </section>
  );
}

/** What the panel is for, where nothing more pressing stands beside its title. */
export function FoldHint({ children }: { children: ReactNode }) {
  return <span className={classes.hint}>{children}</span>;
}
