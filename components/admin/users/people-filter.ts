import type { Role } from "@/domain/contracts/ids";
import { choicesOf } from "../../lib/choices";

export const ROLES = choicesOf<Role>({ guest: true, viewer: true, anchor: true, operator: true });

/** Who is searched, and whose card is open, as the address says. */
export function readPeopleFilter(params: { get(name: string): string | null }) {
  return {
    text: params.get("q") ?? "",
    role: ROLES.find(params.get("role")),
    userId: params.get("userId"),
  };
}
