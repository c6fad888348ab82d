import { v5 as uuidv5 } from "uuid";
import { openLiveDb } from "@/db/client";
import { openWallets } from "@/db/live/ledger/accounts";
import { grantCoins } from "@/db/live/ledger/grant-coins";
import { insertSeedGifts, insertSeedRooms, insertSeedUsers, type SeedUser } from "@/db/live/queries/seed";
import { DEMO_ANCHOR_PHONES, DEMO_OPERATOR_PHONES, DEMO_VIEWER_PHONES } from "@/domain/rules/demo-users";
import { newTraceId } from "@/platform/observability/trace";
import type { PhoneSeal } from "@/platform/security/phone-seal";
import { phoneSealOf } from "@/platform/security/phone-seal";
import { env } from "@/platform/settings/env";

const NAMESPACE = "6f1d3f1e-6a0e-4c57-9a3c-0f6b1d2c7e55";
/** Viewers send gifts with them, anchors let them rain. */
const DEMO_COINS = 100_000;
const LIVE_ROOMS = 3;

/** The same thing has the same id in every demo database. */
export const demoId = (thing: string) => uuidv5(thing, NAMESPACE);
export const demoUserId = (phoneNumber: string) => demoId(`user:${phoneNumber}`);

const VIEWER_NAMES = [
  "Mia 米娅",
  "Leo 小狮子",
  "Coco 可可",
  "Kai 阿凯",
  "Luna 月月",
  "Ming 小明",
  "Yuki 雪儿",
  "Nova 星河",
  "Bao 包子",
  "Ruby 红豆",
  "Finn 阿飞",
  "Tao 桃子",
  "Iris 鸢尾",
  "Jun 阿俊",
  "Momo 毛毛",
  "Zoe 佐伊",
  "Hugo 大熊",
  "Lily 百合",
  "Otto 奥托",
  "Nina 妮娜",
];

const ANCHORS = [
  { name: "Aria 艾莉亚", title: "Late-night piano 深夜钢琴", category: "music", tags: ["piano", "chill"] },
  { name: "Max 麦克斯", title: "Road to the top rank 冲击王者", category: "gaming", tags: ["ranked", "fun"] },
  { name: "Xiaoyu 小雨", title: "Tea and talk 喝茶聊天", category: "talk", tags: ["chat", "tea", "chill"] },
  { name: "Dani 丹尼", title: "Street dance studio 街舞教室", category: "dance", tags: ["dance", "hiphop"] },
  {
    name: "Chef Wu 吴大厨",
    title: "Noodles from scratch 手工拉面",
    category: "food",
    tags: ["cooking", "noodles"],
  },
] as const;

/** From the least to the dearest, which is the order of the panel. */
export const DEMO_GIFTS = [
  { id: "hearts", nameEn: "Heart bubbles", nameZh: "爱心气泡", priceCoins: 10 },
  { id: "crown", nameEn: "Crown", nameZh: "皇冠", priceCoins: 20 },
  { id: "genie", nameEn: "Lamp genie", nameZh: "神灯仙女", priceCoins: 20 },
  { id: "rocket", nameEn: "Rocket", nameZh: "飞天火箭", priceCoins: 45 },
  { id: "halloween", nameEn: "Halloween", nameZh: "万圣节", priceCoins: 45 },
  { id: "angel", nameEn: "Angel", nameZh: "天使少女", priceCoins: 90 },
  { id: "car", nameEn: "Sports car", nameZh: "保时捷", priceCoins: 500 },
] as const;

interface DemoPerson {
  id: string;
  phoneNumber: string;
  name: string;
  role: SeedUser["role"];
  gender: SeedUser["gender"];
  region: string;
  birthYear: number;
}

/** Most say one of two, some another or nothing: charts have all four. */
export const DEMO_GENDERS: readonly SeedUser["gender"][] = [
  "female",
  "male",
  "female",
  "male",
  "male",
  "female",
  "other",
  "male",
  "female",
  "unsaid",
];
export const DEMO_REGIONS = ["CN-GD", "CN-SH", "CN-ZJ", "CN-BJ", "CN-SC", "SG", "CN-HN", "MY", "CN-FJ"];
export const DEMO_BIRTH_YEARS = [1998, 1989, 2001, 1994, 1979, 1992, 2003];

export const demoRoomTitle = (anchor: number): string => ANCHORS[anchor]?.title ?? "";

export function pick<T>(list: readonly T[], index: number): T {
  return list[index % list.length] as T;
}

function toPerson(phoneNumber: string, name: string, role: SeedUser["role"], index: number): DemoPerson {
  return {
    id: demoUserId(phoneNumber),
    phoneNumber,
    name,
    role,
    gender: pick(DEMO_GENDERS, index),
    region: pick(DEMO_REGIONS, index),
    birthYear: pick(DEMO_BIRTH_YEARS, index),
  };
}

function toUser({ phoneNumber, ...person }: DemoPerson, phones: PhoneSeal): SeedUser {
  return {
    ...person,
    email: `${person.id}@users.invalid`,
    phoneIndex: phones.index(phoneNumber),
    phoneCipher: phones.seal(person.id, phoneNumber),
  };
}

/**
 * Fills the databases of the demo: people, coins, rooms, gifts. Running it again adds what is missing and changes
 * nothing else. The finance database starts with what its migrations put there.
 */
export async function seedDemo(options: { liveUrl: string; financeUrl: string }): Promise<void> {
  const live = openLiveDb(options.liveUrl, { poolMax: 4, applicationName: "downpour-seed" });
  try {
    const viewers = DEMO_VIEWER_PHONES.map((phone, i) =>
      toPerson(phone, VIEWER_NAMES[i] ?? `Viewer ${i + 1}`, "viewer", i),
    );
    const anchors = DEMO_ANCHOR_PHONES.map((phone, i) =>
      toPerson(phone, ANCHORS[i]?.name ?? `Anchor ${i + 1}`, "anchor", i),
    );
    const operators = DEMO_OPERATOR_PHONES.map((phone, i) => toPerson(phone, "Operator 运营", "operator", i));
    const everybody = [...viewers, ...anchors, ...operators];
    const phones = phoneSealOf(env());
    await insertSeedUsers(
      live,
      everybody.map((person) => toUser(person, phones)),
    );
    await openWallets(
      live.sql,
      everybody.map(({ id }) => id),
    );

    const at = new Date();
    for (const { id } of [...viewers, ...anchors]) {
      await grantCoins(live, {
        userId: id,
        bizId: demoId(`coins:${id}`),
        amountCoins: DEMO_COINS,
        traceId: newTraceId(),
        at,
      });
    }
    await insertSeedGifts(
      live,
      DEMO_GIFTS.map((gift, i) => ({ ...gift, effect: gift.id, sortOrder: (i + 1) * 10 })),
    );
    await insertSeedRooms(
      live,
      anchors.map((anchor, i) => ({
        id: demoId(`room:${anchor.phoneNumber}`),
        anchorId: anchor.id,
        title: ANCHORS[i]?.title ?? anchor.name,
        category: ANCHORS[i]?.category ?? "talk",
        tags: [...(ANCHORS[i]?.tags ?? [])],
        sessionId: i < LIVE_ROOMS ? demoId(`session:${anchor.phoneNumber}`) : null,
        startedAt: at,
      })),
    );
  } finally {
    await live.close();
  }
}
