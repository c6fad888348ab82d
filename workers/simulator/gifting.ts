import { v7 as uuidv7 } from "uuid";
import type { Intent } from "./arrivals";
import type { Audience, Person, Room } from "./audience";
import type { Behaviour } from "./behaviour";
import type { GiftBook } from "./gift-book";
import { Ranks, type SeededRandom } from "./random";
import type { WebClient } from "./web-client";

export interface CatalogueGift {
  giftId: string;
  priceCoins: number;
}

interface Tap {
  person: Person;
  room: Room;
  gift: CatalogueGift;
  count: number;
  comboId: string;
}

/** Combos that may still go on; older ones have ended. */
const TAPS_KEPT = 20_000;

/** Turns the intent of a gift into a call, and what is answered into the book. */
export class Gifting {
  readonly #ranks: Ranks;
  readonly #taps = new Map<number, Tap>();
  /** From the least dear. */
  readonly #catalogue: readonly CatalogueGift[];

  constructor(
    private readonly parts: { client: WebClient; audience: Audience; book: GiftBook; random: SeededRandom },
    private readonly behaviour: Behaviour,
    catalogue: readonly CatalogueGift[],
  ) {
    this.#catalogue = [...catalogue].sort((a, b) => a.priceCoins - b.priceCoins);
    this.#ranks = new Ranks(this.#catalogue.length, behaviour.giftSkew);
  }

  get dearest(): CatalogueGift {
    return this.#catalogue.at(-1) as CatalogueGift;
  }

  /** `startMs` is when the run began, by the clock of `performance`. */
  async send(intent: Intent, startMs: number): Promise<void> {
    const { client, book } = this.parts;
    book.counts.intended += 1;
    const tap = this.#chooseTap(intent);
    if (!tap) return;
    const { person, room, gift, count, comboId } = tap;
    this.#keep(intent.number, tap);
    const coins = gift.priceCoins * count;
    person.coins -= coins;
    const giftOrderId = uuidv7();
    const sent = {
      giftOrderId,
      senderId: person.userId,
      anchorId: room.anchor.userId,
      viewerGender: person.gender,
      coins,
      intendedAtMs: performance.timeOrigin + startMs + intent.atMs,
    };
    book.send(sent);
    const input = { giftOrderId, roomId: room.roomId, giftId: gift.giftId, count, comboId };
    const { name } = await client.mutate(person, "gift.send", input);
    book.answer(sent, name, performance.now() - startMs - intent.atMs);
    if (name !== "ok") person.coins += coins;
  }

  #chooseTap({ comboOf }: Intent): Tap | undefined {
    const before = comboOf === null ? undefined : this.#taps.get(comboOf);
    if (before && before.person.coins >= before.gift.priceCoins * before.count) return before;
    const { audience, random } = this.parts;
    const cheapest = this.#catalogue[0] as CatalogueGift;
    const person = audience.pickGiver(cheapest.priceCoins);
    if (!person?.room) return undefined;
    const wanted = this.#catalogue[this.#ranks.draw(random)] as CatalogueGift;
    const gift = wanted.priceCoins <= person.coins ? wanted : cheapest;
    const many = random.pickPart(this.behaviour.giftCounts);
    const count = gift.priceCoins * many <= person.coins ? many : 1;
    return { person, room: person.room, gift, count, comboId: uuidv7() };
  }

  #keep(number: number, tap: Tap): void {
    this.#taps.set(number, tap);
    if (this.#taps.size <= TAPS_KEPT) return;
    for (const oldest of this.#taps.keys()) {
      this.#taps.delete(oldest);
      break;
    }
  }
}
