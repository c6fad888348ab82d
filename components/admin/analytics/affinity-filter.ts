import { tidyLine } from "@/domain/rules/readable-text";

/** As `AffinityInput` has it; the contracts themselves would weigh on the page. */
const TAG_LENGTH_MAX = 30;

/** What `analytics.affinity` is asked for: around the tag in the address, or of all tags. */
export function readAffinityInput(params: { get(name: string): string | null }): { tag?: string } {
  const tag = tidyLine((params.get("tag") ?? "").slice(0, TAG_LENGTH_MAX));
  return tag === "" ? {} : { tag };
}
