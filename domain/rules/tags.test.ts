import { expect, it } from "vitest";
import { distinctTags, tagSlugOf } from "./tags";

it("finds a tag in no matter which width, case or spacing", () => {
  for (const typed of ["Late Night", "late-night", " #late  night", "LATE_NIGHT", "ｌａｔｅ　ｎｉｇｈｔ"]) {
    expect(tagSlugOf(typed)).toBe("late-night");
  }
});

it("finds known topics in both languages and by their aliases", () => {
  for (const typed of ["Music", "音乐", "#music"]) expect(tagSlugOf(typed)).toBe("music");
  for (const typed of ["Hip-hop", "hip hop", "嘻哈"]) expect(tagSlugOf(typed)).toBe("hiphop");
  expect(tagSlugOf("gaming")).toBe("games");
});

it("leaves nothing of what cannot be seen or only separates", () => {
  for (const typed of ["", "  ", "#", "--", "\u200b", "＃ ＃"]) expect(tagSlugOf(typed)).toBe("");
});

it("keeps each tag once, as it was written first", () => {
  expect(distinctTags(["Tea", "茶", "#", "Late night", "late-NIGHT"])).toEqual([
    { slug: "tea", label: "Tea" },
    { slug: "late-night", label: "Late night" },
  ]);
});
