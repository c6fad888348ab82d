import { describe, expect, it } from "vitest";
import { nameTopics, spellingsOf, TOPIC_KEYS, topicName, topicOf, topicsOf } from "./topics";

describe("a topic", () => {
  it.each([
    ["music", "Music", "音乐"],
    ["gaming", "Games", "游戏"],
    ["Hip-Hop", "Hip-hop", "嘻哈"],
    ["美食", "Food", "美食"],
  ])("%s has its name in both languages", (typed, en, zh) => {
    expect([topicName(typed, "en"), topicName(typed, "zh")]).toEqual([en, zh]);
  });

  it("is one and the same in whichever language it was typed", () => {
    for (const typed of ["piano", "Piano", " PIANO ", "钢琴"]) expect(topicOf(typed)).toBe("piano");
  });

  it("that nobody translated stays to the letter", () => {
    for (const typed of ["Kpop", "猫咪", "constructor", "__proto__"]) {
      expect(topicOf(typed)).toBe(typed);
      expect(topicName(typed, "zh")).toBe(typed);
      expect(spellingsOf(typed)).toEqual([typed]);
    }
  });

  it("is found by all that rooms may have kept for it", () => {
    expect(spellingsOf("游戏")).toEqual(expect.arrayContaining(["games", "Games", "游戏", "gaming"]));
    for (const key of TOPIC_KEYS) for (const text of spellingsOf(key)) expect(topicOf(text)).toBe(key);
  });

  it("is shown once, though it is category and tag", () => {
    expect(topicsOf("talk", ["chat", "tea", "茶", "Kpop"])).toEqual(["talk", "tea", "Kpop"]);
    expect(topicsOf("", [])).toEqual([]);
  });

  it("of a room has the shared category first, by its own name", () => {
    const room = { category: "talk", categoryName: { en: "Small talk", zh: "闲聊" }, tags: ["chat", "tea"] };
    expect(nameTopics(room, "zh")).toEqual([
      { topic: "talk", name: "闲聊", categoryId: "talk" },
      { topic: "tea", name: "茶", categoryId: null },
    ]);
    expect(nameTopics({ category: "游戏", categoryName: null, tags: [] }, "en")).toEqual([
      { topic: "games", name: "Games", categoryId: null },
    ]);
    expect(nameTopics({ category: "", categoryName: null, tags: ["tea"] }, "en")).toEqual([
      { topic: "tea", name: "Tea", categoryId: null },
    ]);
  });

  it("has a name in each language, no two the same", () => {
    for (const locale of ["en", "zh"]) {
      expect(new Set(TOPIC_KEYS.map((key) => topicName(key, locale))).size).toBe(TOPIC_KEYS.length);
    }
  });
});
