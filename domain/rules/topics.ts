/** Categories and tags that have a name in each language. Whatever else people type is shown as they typed it. */
const NAMES: Readonly<Record<string, { nameEn: string; nameZh: string }>> = {
  music: { nameEn: "Music", nameZh: "音乐" },
  talk: { nameEn: "Talk", nameZh: "聊天" },
  games: { nameEn: "Games", nameZh: "游戏" },
  dance: { nameEn: "Dance", nameZh: "舞蹈" },
  outdoors: { nameEn: "Outdoors", nameZh: "户外" },
  food: { nameEn: "Food", nameZh: "美食" },
  singing: { nameEn: "Singing", nameZh: "唱歌" },
  piano: { nameEn: "Piano", nameZh: "钢琴" },
  guitar: { nameEn: "Guitar", nameZh: "吉他" },
  chill: { nameEn: "Chill", nameZh: "治愈" },
  ranked: { nameEn: "Ranked", nameZh: "排位" },
  fun: { nameEn: "Fun", nameZh: "搞笑" },
  tea: { nameEn: "Tea", nameZh: "茶" },
  hiphop: { nameEn: "Hip-hop", nameZh: "嘻哈" },
  cooking: { nameEn: "Cooking", nameZh: "下厨" },
  noodles: { nameEn: "Noodles", nameZh: "面食" },
  travel: { nameEn: "Travel", nameZh: "旅行" },
  sports: { nameEn: "Sports", nameZh: "运动" },
  art: { nameEn: "Art", nameZh: "绘画" },
  study: { nameEn: "Study", nameZh: "学习" },
};
/** Other words for the same. */
const ALIASES: Readonly<Record<string, string>> = {
  gaming: "games",
  chat: "talk",
  chatting: "talk",
  song: "singing",
};

/** The category of rooms that fit into none of the shared ones. */
export const OTHER_CATEGORY = "other";

const topics = new Map(Object.entries(NAMES));
export const TOPIC_KEYS = [...topics.keys()];

const keys = new Map<string, string>([
  ...Object.entries(ALIASES),
  ...[...topics].flatMap(([key, { nameEn, nameZh }]): [string, string][] => [
    [key, key],
    [nameEn.toLowerCase(), key],
    [nameZh, key],
  ]),
]);

/** What a category or tag is kept and looked for as: the key of a known topic in whichever language it was typed, else itself. */
export const topicOf = (text: string): string => keys.get(text.trim().toLowerCase()) ?? text;

/** Everything that is kept for the same topic, also by rooms that were opened before keys were. */
export function spellingsOf(text: string): string[] {
  const key = topicOf(text);
  const topic = topics.get(key);
  if (!topic) return [text];
  const aliases = Object.keys(ALIASES).filter((alias) => ALIASES[alias] === key);
  return [...new Set([key, topic.nameEn, topic.nameEn.toLowerCase(), topic.nameZh, ...aliases, text])];
}

/** The name of a category or tag in a language. */
export function topicName(text: string, locale: string): string {
  const topic = topics.get(topicOf(text));
  if (!topic) return text;
  return locale === "zh" ? topic.nameZh : topic.nameEn;
}

/** A room's category and tags, each topic once. */
export const topicsOf = (category: string, tags: readonly string[]): string[] => [
  ...new Set([category, ...tags].filter((text) => text !== "").map(topicOf)),
];

interface RoomTopic {
  /** What it is found by. */
  topic: string;
  name: string;
  /** Null of a tag. */
  categoryId: string | null;
}

/** The same with their names in a language, the category first. */
export function nameTopics(
  room: { category: string; categoryName: { en: string; zh: string } | null; tags: readonly string[] },
  locale: string,
): RoomTopic[] {
  const { category, categoryName, tags } = room;
  return topicsOf(category, tags).map((topic, place) => {
    const isCategory = place === 0 && categoryName !== null;
    const name = isCategory ? categoryName[locale === "zh" ? "zh" : "en"] : topicName(topic, locale);
    return { topic, name, categoryId: isCategory ? category : null };
  });
}
