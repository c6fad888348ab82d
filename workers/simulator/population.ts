import type { Gender } from "@/domain/contracts/person-facts";
import type { Behaviour } from "./behaviour";
import { SeededRandom } from "./random";

export type PersonKind = "anchor" | "viewer" | "guest";

/** Somebody as the behaviour file says, before there are rows of them. */
export interface PlannedPerson {
  /** From 0: anchors first, then viewers, then guests. */
  ordinal: number;
  kind: PersonKind;
  name: string;
  gender: Gender;
  region: string;
  birthYear: number;
  /** Of which planted community; null for none. Rooms and their anchors are all of one. */
  community: number | null;
  coins: number;
}

export interface PopulationSize {
  anchors: number;
  viewers: number;
  guests: number;
}

export const sizeOf = ({ anchors, viewers, guests }: PopulationSize): number => anchors + viewers + guests;

const NAMES = [
  "Mia 米",
  "Leo 狮",
  "Kai 凯",
  "Luna 月",
  "Ming 明",
  "Nova 星",
  "Ruby 豆",
  "Finn 飞",
  "Tao 桃",
  "Jun 俊",
];
const KIND_NAMES: Record<PersonKind, string> = { anchor: "Sim anchor", viewer: "Sim", guest: "Sim guest" };

/** All people of a population, one after the other: the same for the same behaviour, seed and size. */
export function* planPeople(
  behaviour: Behaviour,
  seed: number,
  size: PopulationSize,
): Generator<PlannedPerson, void, undefined> {
  const random = new SeededRandom(seed);
  const { communities, wealth } = behaviour;
  for (let ordinal = 0; ordinal < sizeOf(size); ordinal++) {
    const kind = kindOf(ordinal, size);
    const [bornFrom, bornTo] = random.pickPart(behaviour.birthYears);
    const someCommunity = random.whole(0, communities.length - 1);
    const isOfNone = random.chance(behaviour.withoutCommunity);
    const isPenniless = random.chance(wealth.penniless);
    const fortune = Math.min(wealth.coinsMax, Math.round(random.logNormal(wealth.medianCoins, wealth.sigma)));
    yield {
      ordinal,
      kind,
      name: `${KIND_NAMES[kind]} ${random.pick(NAMES)} ${ordinal}`,
      gender: random.pickPart(behaviour.genders),
      region: random.pickPart(behaviour.regions),
      birthYear: random.whole(bornFrom, bornTo),
      community: kind === "anchor" ? ordinal % communities.length : isOfNone ? null : someCommunity,
      coins: kind === "anchor" ? wealth.anchorCoins : kind === "guest" || isPenniless ? 0 : fortune,
    };
  }
}

function kindOf(ordinal: number, { anchors, viewers }: PopulationSize): PersonKind {
  if (ordinal < anchors) return "anchor";
  return ordinal < anchors + viewers ? "viewer" : "guest";
}

/**
 * The id of the person, or of an anchor's room, with this number: a UUID of version 8, which nothing else here makes, so that
 * simulated rows are known by sight. Ids of one population lie together.
 */
export function simulatedId(what: "person" | "room", population: number, ordinal: number): string {
  const kind = what === "person" ? "51a70000" : "51a70001";
  return `${kind}-${population.toString(16).padStart(4, "0")}-8000-8000-${ordinal.toString(16).padStart(12, "0")}`;
}
