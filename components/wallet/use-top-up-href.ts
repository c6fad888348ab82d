"use client";

import { usePathname } from "next/navigation";
import { topUpHref } from "./top-up-place";

/** The way from this page to the top-up. */
export function useTopUpHref(): string {
  return topUpHref(usePathname());
}
