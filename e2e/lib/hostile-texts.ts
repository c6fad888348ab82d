/** What people write to break a page; each is cut to what a field takes. */
export const HOSTILE = {
  word: "Donaudampfschifffahrtsgesellschaft".repeat(9),
  han: "春眠不觉晓处处闻啼鸟夜来风雨声花落知多少".repeat(15),
  wide: "Ｗｉｄｅ，ＦＯＲＭＳ！—﷽𒐫⸻".repeat(16),
  rightToLeft: "\u202Eשלום עליכם\u202C مرحبا بالعالم ".repeat(14),
  families: "👩‍👩‍👧‍👦🏴󠁧󠁢󠁳󠁣󠁴󠁿👨🏽‍🚀".repeat(40),
  marks: `Z${"\u0337\u0301\u0316\u0489".repeat(50)}a${"\u0e49".repeat(200)}lgo`,
  digits: "9007199254740991".repeat(18),
} as const;
export type Hostile = keyof typeof HOSTILE;

/** The longest beginning with at most so many characters, as a person counts them, and few enough code points for a field. */
export function cut(kind: Hostile, charactersMax: number): string {
  const characters = [...new Intl.Segmenter("en").segment(HOSTILE[kind])].slice(0, charactersMax);
  const text = characters.map(({ segment }) => segment).join("");
  return Array.from(text)
    .slice(0, charactersMax * 4)
    .join("")
    .trim();
}
