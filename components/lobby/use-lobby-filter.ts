"use client";

import { useDebouncedCallback } from "@mantine/hooks";
import { useSearchParams } from "next/navigation";
import { useMemo, useState } from "react";
import { type LobbyFilter, lobbyAddress, readLobbyFilter } from "./lobby-filter";

const SEARCH_PAUSE_MS = 300;

/**
 * The rooms that the lobby's address asks for. Each tag and order is a step that "back" undoes; of what is typed the first
 * letter is one, and the rest goes on in its place. `typed` runs ahead of the address while somebody types.
 */
export function useLobbyFilter() {
  const params = useSearchParams();
  const filter = useMemo(() => readLobbyFilter(params), [params]);
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
    if (now.search === "") window.history.pushState(null, "", address);
    else window.history.replaceState(null, "", address);
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
      window.history.pushState(null, "", lobbyAddress(next));
    },
  };
}
