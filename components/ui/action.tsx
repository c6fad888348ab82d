import Link from "next/link";
import type { ComponentProps } from "react";
import classes from "./action.module.css";

/*
 * The plain button and link of pages that everybody loads first. They are a few lines of CSS, because the first
 * JavaScript of a room has a budget and every page carries its error and not-found states with it.
 */

interface ActionLook {
  look?: "primary" | "quiet";
}

export function ActionButton({
  look = "primary",
  className = "",
  ...props
}: ComponentProps<"button"> & ActionLook) {
  return <button type="button" {...props} data-look={look} className={`${classes.action} ${className}`} />;
}

export function ActionLink({
  look = "primary",
  className = "",
  ...props
}: ComponentProps<typeof Link> & ActionLook) {
  return <Link {...props} data-look={look} className={`${classes.action} ${className}`} />;
}
