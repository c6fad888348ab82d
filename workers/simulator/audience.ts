import type { SimulatedPerson } from "@/db/live/queries/simulated-people";
import type { Gender } from "@/domain/contracts/person-facts";
import type { Behaviour } from "./behaviour";
import type { PlannedPerson } from "./population";
import { Ranks, type SeededRandom } from "./random";

/** Somebody of the crowd while a run lasts. */
export interface Person extends Omit<SimulatedPerson, "balanceCoins"> {
  gender: Gender;
  /** What they think they have: few try to give what they have not. */
  coins: number;
  /** The room they are in; undefined outside. */
  room: Room | undefined;
  /** The cookie with signed facts, as their browser last got it. */
  factsCookie: string | undefined;
}

export interface Room {
  roomId: string;
  anchor: Person;
  community: number | null;
}

/** So many are asked before nobody gives. */
const TRIES_MAX = 200;

/** Who of the crowd is where: they come by affinity, stay, give and go. */
export class Audience {
  readonly rooms: readonly Room[];
  readonly #outside: Person[] = [];
  readonly #present: Person[] = [];
  readonly #ranksOfAll: Ranks;
  readonly #came = new Set<number>();
  readonly #byCommunity = new Map<number, { rooms: readonly Room[]; ranks: Ranks }>();

  constructor(
    people: readonly Person[],
    private readonly behaviour: Behaviour,
    private readonly random: SeededRandom,
  ) {
    this.rooms = people.flatMap((anchor) =>
      anchor.roomId ? [{ roomId: anchor.roomId, anchor, community: anchor.community }] : [],
    );
    this.#ranksOfAll = new Ranks(this.rooms.length, behaviour.roomSkew);
    for (const community of new Set(this.rooms.map((room) => room.community))) {
      if (community === null) continue;
      const rooms = this.rooms.filter((room) => room.community === community);
      this.#byCommunity.set(community, { rooms, ranks: new Ranks(rooms.length, behaviour.roomSkew) });
    }
    for (const person of people) if (person.kind !== "anchor") this.#outside.push(person);
  }

  get presentCount(): number {
    return this.#present.length;
  }

  /** How many were in at some time. */
  get cameCount(): number {
    return this.#came.size;
  }

  /** Somebody who is outside, and where they want to go; undefined when everybody is in. */
  pickComing(): { person: Person; room: Room } | undefined {
    if (this.#outside.length === 0) return undefined;
    const person = take(this.#outside, this.random.whole(0, this.#outside.length - 1));
    return { person, room: this.#pickRoom(person.community) };
  }

  enter(person: Person, room: Room): void {
    person.room = room;
    this.#came.add(person.ordinal);
    this.#present.push(person);
  }

  /** Who was not let in, is outside again. */
  stayOutside(person: Person): void {
    this.#outside.push(person);
  }

  /** Some who are in go. */
  leaveDownTo(many: number): void {
    while (this.#present.length > many) {
      const person = take(this.#present, this.random.whole(0, this.#present.length - 1));
      person.room = undefined;
      this.#outside.push(person);
    }
  }

  pickPresent(): Person | undefined {
    return this.#present.length === 0 ? undefined : this.random.pick(this.#present);
  }

  /** Of some who are there and could give so much, the richest. */
  pickGiver(priceCoins: number): Person | undefined {
    let best: Person | undefined;
    let asked = 0;
    for (let tries = 0; tries < TRIES_MAX && asked < this.behaviour.giversAsked; tries++) {
      const person = this.pickPresent();
      if (person?.kind !== "viewer" || person.coins < priceCoins) continue;
      asked += 1;
      if (person.coins > (best?.coins ?? 0)) best = person;
    }
    return best;
  }

  /** Some who are in, the first to come first. */
  listPresent(limit: number): Person[] {
    return this.#present.slice(0, limit);
  }

  listPresentIn(room: Room): Person[] {
    return this.#present.filter((person) => person.room === room);
  }

  #pickRoom(community: number | null): Room {
    const own = community === null ? undefined : this.#byCommunity.get(community);
    const isFaithful = own && this.random.chance(this.behaviour.faithfulness);
    const [rooms, ranks] = isFaithful ? [own.rooms, own.ranks] : [this.rooms, this.#ranksOfAll];
    return rooms[ranks.draw(this.random)] as Room;
  }
}

/** Takes one out of a list in no order. */
function take<T>(list: T[], at: number): T {
  const taken = list[at] as T;
  const last = list.pop() as T;
  if (at < list.length) list[at] = last;
  return taken;
}

/** What the database knows of somebody, with what was planned of them. */
export function toPerson({ balanceCoins, ...row }: SimulatedPerson, planned: PlannedPerson): Person {
  // Guests say nothing of themselves.
  const gender = row.kind === "guest" ? "unsaid" : planned.gender;
  return { ...row, gender, coins: balanceCoins, room: undefined, factsCookie: undefined };
}
