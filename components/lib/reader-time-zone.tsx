"use client";

import { useTimeZone } from "next-intl";
import { createContext, type ReactNode, useContext, useEffect, useSyncExternalStore } from "react";
import { DEFAULT_TIME_ZONE, TIME_ZONE_COOKIE } from "@/i18n/time-zone";

const COOKIE_SECONDS = 365 * 24 * 3600;
const ReaderTimeZone = createContext(DEFAULT_TIME_ZONE);

/** The zone that times are shown in. */
export const useReaderTimeZone = () => useContext(ReaderTimeZone);

const neverChanges = () => () => {};
let own: string | undefined;
function readOwn(): string {
  own ??= new Intl.DateTimeFormat().resolvedOptions().timeZone || DEFAULT_TIME_ZONE;
  return own;
}

/**
 * Times are the reader's own. A page comes with those of the zone that the reader was in last, which a cookie keeps, and is
 * taken over as it came; somebody who is in another one sees that a moment later.
 */
export function ReaderTimeZoneProvider({ children }: { children: ReactNode }) {
  const came = useTimeZone() ?? DEFAULT_TIME_ZONE;
  const zone = useSyncExternalStore(neverChanges, readOwn, () => came);
  useEffect(() => {
    if (zone === came) return;
    document.cookie = `${TIME_ZONE_COOKIE}=${encodeURIComponent(zone)}; path=/; max-age=${COOKIE_SECONDS}; samesite=lax`;
  }, [zone, came]);
  return <ReaderTimeZone value={zone}>{children}</ReaderTimeZone>;
}
