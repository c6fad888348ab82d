"use client";

import { usePathname, useSearchParams } from "next/navigation";
import { useEffect } from "react";
import { useHandler } from "./use-handler";

type View = Readonly<Record<string, string>>;

/** What was chosen and is not drawn yet; while the router turns, the address itself goes back and forth. */
const chosen = { path: "", changes: new Map<string, string>() };

/**
 * Puts what differs between two views into the address; empty is not in it. All else there stays, also what was chosen a moment
 * ago: several parts of a page keep their views in one address.
 */
export function useChangeAddress(): (drawn: View, next: View) => void {
  const path = usePathname();
  const params = useSearchParams();
  useEffect(() => {
    for (const [name, value] of chosen.changes) {
      if (chosen.path !== path || (params.get(name) ?? "") === value) chosen.changes.delete(name);
    }
  }, [path, params]);
  return useHandler((drawn: View, next: View) => {
    if (chosen.path !== path) chosen.changes.clear();
    chosen.path = path;
    for (const [name, value] of Object.entries(next)) {
      if (value !== drawn[name]) chosen.changes.set(name, value);
    }
    const query = changedQuery(params, chosen.changes);
    window.history.replaceState(null, "", `${path}${query && `?${query}`}`);
  });
}

/** Which of a list is open, by its name in the address: that name, empty for none, and what changes it. */
export function useOpened(param: string): [opened: string, open: (name: string) => void] {
  const changeAddress = useChangeAddress();
  const opened = useSearchParams().get(param) ?? "";
  return [opened, (name) => changeAddress({ [param]: opened }, { [param]: name })];
}

export function changedQuery(
  params: { toString(): string },
  changes: Iterable<readonly [name: string, value: string]>,
): string {
  const query = new URLSearchParams(params.toString());
  for (const [name, value] of changes) {
    if (value === "") query.delete(name);
    else query.set(name, value);
  }
  return query.toString();
}
