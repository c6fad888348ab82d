import { tidyLine } from "./readable-text";
import { topicOf } from "./topics";

export const TAG_LENGTH_MAX = 20;
export const ROOM_TAGS_MAX = 5;
export const OWN_TAGS_MAX = 10;

/** What stands between words, and a hash before them. */
const BETWEEN = /[\s_\-‐-―#＃]+/gu;
const AT_AN_END = /^-|-$/g;

/**
 * What a tag is found by: in no matter which width, case or spacing it was typed, and for known topics in which language.
 * Empty where nothing is left.
 */
export function tagSlugOf(label: string): string {
  const plain = tidyLine(label.normalize("NFKC")).toLowerCase().replace(BETWEEN, " ").trim();
  const slug = plain.replaceAll(" ", "-");
  const known = [plain, slug].map(topicOf).find((topic, i) => topic !== [plain, slug][i]);
  return known ?? slug.replace(AT_AN_END, "");
}

/** Labels as they were written, each tag once, without those of which nothing is left. */
export function distinctTags(labels: readonly string[]): { slug: string; label: string }[] {
  const bySlug = new Map<string, string>();
  for (const label of labels) {
    const slug = tagSlugOf(label);
    if (slug !== "" && !bySlug.has(slug)) bySlug.set(slug, label);
  }
  return [...bySlug].map(([slug, label]) => ({ slug, label }));
}
