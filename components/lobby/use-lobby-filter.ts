"use client";

import { useDebouncedCallback } from "@mantine/hooks";
import { useSearchParams } from "next/navigation";
import { useMemo, useState, useSyncExternalStore } from "react";
import { type LobbyFilter, lobbyAddress, readLobbyFilter } from "./lobby-filter";

const SEARCH_PAUSE_MS = 300;

const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener("popstate", listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener("popstate", listener);
  };
}

function write(how: "pushState" | "replaceState", address: string): void {
  window.history[how](null, "", address);
  for (const listener of listeners) listener();
}

/**
 * What the address asks for. The router knows it only once it has asked the server about a page that "back" leads to; the
 * rooms shown must not wait for that. Each render reads it anew, so a link that is followed is noticed as well.
 */
function useAddressQuery(): string {
  const params = useSearchParams();
  return useSyncExternalStore(
    subscribe,
    () => window.location.search,
    () => (params.size === 0 ? "" : `?${params.toString()}`),
  );
}

/**
 * The rooms that the lobby's address asks for. Each tag and order is a step that "back" undoes; of what is typed the first
 * letter is one, and the rest goes on in its place. `typed` runs ahead of the address while somebody types.
 */
export function useLobbyFilter() {
  const query = useAddressQuery();
  const filter = useMemo(() => readLobbyFilter(new URLSearchParams(query)), [query]);
  const [typed, setTyped] = useState(filter.search);
  const [followed, setFollowed] = useState(filter.search);
  // Somebody went back or forward, or followed a link: what is typed follows the address.
  if (followed !== filter.search) {
    setFollowed(filter.search);
    if (typed.trim() !== filter.search) setTyped(filter.search);
  }
  const writeSearch = useDebouncedCallback((search: string) => {
    const now = readLobbyFilter(new URLSearchParams(window.location.search));
    if (now.search === search) return;
    const address = lobbyAddress({ ...now, search });
    if (now.search === "") write("pushState", address);
    else write("replaceState", address);
  }, SEARCH_PAUSE_MS);

  return {
    filter,
    typed,
    type(text: string) {
      setTyped(text);
      writeSearch(text.trim());
    },
    /** Shows these rooms at once. */
    choose(change: Partial<LobbyFilter>) {
      writeSearch.cancel();
      const next = { ...filter, search: typed.trim(), ...change };
      if (change.search !== undefined) setTyped(change.search);
      write("pushState", lobbyAddress(next));
    },
  };
}
