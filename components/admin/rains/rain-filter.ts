import type { RainStatus } from "@/domain/contracts/rain";
import { choicesOf } from "../../lib/choices";

export const RAIN_STATUSES = choicesOf<RainStatus>({
  created: true,
  preparing: true,
  ready: true,
  started: true,
  ending: true,
  ended: true,
});

export interface RainFilter {
  status?: RainStatus;
  anchorId?: string;
  roomId?: string;
}

/** Which rains the address asks for. */
export function readRainFilter(params: { get(name: string): string | null }): RainFilter {
  return {
    status: RAIN_STATUSES.find(params.get("status")),
    anchorId: params.get("anchorId") ?? undefined,
    roomId: params.get("roomId") ?? undefined,
  };
}

/** As it stands in the address, with the one that is shown. */
export function toAddress(filter: RainFilter, rainId: string | null): Record<string, string> {
  return {
    status: filter.status ?? "",
    anchorId: filter.anchorId ?? "",
    roomId: filter.roomId ?? "",
    rainId: rainId ?? "",
  };
}
