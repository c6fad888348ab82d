import { SIMULATED_BEHAVIOUR_VERSION } from "@/domain/contracts/simulator";

/**
 * How the simulated people are and what they do. Versioned, and everything random is drawn from a seed: the same version, seed
 * and numbers give the same people and the same plan on every machine.
 */
export interface Behaviour {
  version: number;
  /** Parts of all, each list adding up to 1. */
  genders: readonly Part<"female" | "male" | "other" | "unsaid">[];
  regions: readonly Part<string>[];
  /** First and last year of birth. */
  birthYears: readonly Part<readonly [number, number]>[];
  /** Two sets of tags that the people of one watch together, and those of the other do not. */
  communities: readonly { tags: readonly string[]; category: string }[];
  /** People of no community in particular. */
  withoutCommunity: number;
  /** Visits that go to a room of one's own community. */
  faithfulness: number;
  wealth: {
    /** Who has not one coin, so that "not enough coins" is heard, too. */
    penniless: number;
    /** The others have log-normal coins. */
    medianCoins: number;
    sigma: number;
    coinsMax: number;
    anchorCoins: number;
  };
  /** The room of rank r has a weight of 1 / r ** this. */
  roomSkew: number;
  /** So has the gift of rank r, from the least dear. */
  giftSkew: number;
  giftCounts: readonly Part<number>[];
  /** After a gift, the next one of the same combo follows with this probability, so long after. */
  comboGoesOn: number;
  comboTapMs: number;
  /** Of so many who could give, the richest does. */
  giversAsked: number;
  /** What is done beside each gift. */
  perGift: { enter: number; chat: number; follow: number; refused: number };
  /** More chat than this is nothing that a room would take, whatever the gifts. */
  chatPerSecondMax: number;
  chat: readonly string[];
  rain: { everySeconds: number; packets: number; coinsPerPacket: number; durationSeconds: number };
}

export interface Part<T> {
  value: T;
  part: number;
}

export const BEHAVIOUR: Behaviour = {
  version: SIMULATED_BEHAVIOUR_VERSION,
  genders: [
    { value: "male", part: 0.46 },
    { value: "female", part: 0.4 },
    { value: "unsaid", part: 0.11 },
    { value: "other", part: 0.03 },
  ],
  regions: [
    { value: "CN-GD", part: 0.2 },
    { value: "CN-ZJ", part: 0.14 },
    { value: "CN-SC", part: 0.13 },
    { value: "CN-SH", part: 0.12 },
    { value: "CN-BJ", part: 0.12 },
    { value: "CN-HN", part: 0.11 },
    { value: "CN-FJ", part: 0.08 },
    { value: "SG", part: 0.06 },
    { value: "MY", part: 0.04 },
  ],
  birthYears: [
    { value: [2000, 2007], part: 0.38 },
    { value: [1990, 1999], part: 0.37 },
    { value: [1980, 1989], part: 0.17 },
    { value: [1955, 1979], part: 0.08 },
  ],
  communities: [
    { tags: ["piano", "chill", "tea"], category: "music" },
    { tags: ["ranked", "hiphop", "esports"], category: "gaming" },
  ],
  withoutCommunity: 0.2,
  faithfulness: 0.85,
  wealth: {
    penniless: 0.05,
    medianCoins: 2_000,
    sigma: 1.6,
    coinsMax: 5_000_000,
    anchorCoins: 1_000_000,
  },
  roomSkew: 0.8,
  giftSkew: 1.2,
  giftCounts: [
    { value: 1, part: 0.88 },
    { value: 10, part: 0.1 },
    { value: 66, part: 0.02 },
  ],
  comboGoesOn: 0.6,
  comboTapMs: 250,
  giversAsked: 3,
  perGift: { enter: 0.25, chat: 0.2, follow: 0.02, refused: 0.02 },
  chatPerSecondMax: 100,
  chat: [
    "好听！",
    "主播加油",
    "来了来了",
    "这首歌叫什么？",
    "哈哈哈哈",
    "晚上好",
    "What a night!",
    "Hello from Singapore",
    "play it again, please",
    "so good 👏",
    "first time here",
    "好厉害 wow",
  ],
  rain: { everySeconds: 60, packets: 200, coinsPerPacket: 5, durationSeconds: 30 },
};
