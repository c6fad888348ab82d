import type { Icon } from "@tabler/icons-react";
import type { ComponentProps } from "react";
import classes from "./round-button.module.css";

interface RoundButtonProps extends Omit<ComponentProps<"button">, "type" | "title" | "children"> {
  icon: Icon;
  iconPx?: number;
  /** What it does: for the tip and for a screen reader. */
  label: string;
  /** The key that does the same. */
  shortcut?: string;
}

/** A button over the picture that shows only what it does. */
export function RoundButton({
  icon: Picture,
  iconPx = 21,
  label,
  shortcut,
  className = "",
  ...rest
}: RoundButtonProps) {
  return (
    <button
      {...rest}
      type="button"
      className={`${classes.button} ${className}`}
      aria-label={label}
      aria-keyshortcuts={shortcut}
      title={shortcut ? `${label} (${shortcut.toUpperCase()})` : label}
    >
      <Picture size={iconPx} aria-hidden />
    </button>
  );
}
