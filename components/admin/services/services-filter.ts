import type { ServicesShown } from "@/domain/contracts/services";
import { choicesOf } from "../../lib/choices";

export const SERVICES_SHOWN = choicesOf<ServicesShown>({
  all: true,
  living: true,
  troubled: true,
  gone: true,
});

export interface ServicesFilter {
  show: ServicesShown;
  text: string | undefined;
}

/** Which processes the address asks for. */
export function readServicesFilter(params: { get(name: string): string | null }): ServicesFilter {
  return {
    show: SERVICES_SHOWN.find(params.get("show")) ?? "all",
    text: params.get("q")?.trim() || undefined,
  };
}
