import { setTimeout as delay } from "node:timers/promises";
import { v7 as uuidv7 } from "uuid";
import type { Rain } from "@/domain/contracts/rain";
import type { Audience, Person, Room } from "./audience";
import type { Behaviour } from "./behaviour";
import type { SeededRandom } from "./random";
import type { WebClient } from "./web-client";

const RAIN_READY_MS_MAX = 20_000;
const POLL_MS = 500;
const OPEN_AGAIN_MS = 10_500;
/** Who sees a rain taps within this time. */
const TAPS_SPREAD_MS = 8_000;
/** More people want a packet than there are. */
const CLAIMERS_PER_PACKET = 1.3;

export type Deeds = Record<string, Record<string, number>>;

/** What people do beside giving, and how often they were answered what. */
export class DeedsOf {
  readonly answers: Deeds = {};
  /** Somebody who was muted on purpose. */
  #muted: { person: Person; room: Room } | undefined;
  #refusals = 0;

  constructor(
    private readonly client: WebClient,
    private readonly audience: Audience,
    private readonly behaviour: Behaviour,
    private readonly random: SeededRandom,
  ) {}

  /** Whoever closed a moment ago opens again when the limit lets them. */
  async openRoom({ anchor, community }: Room): Promise<void> {
    const theirs = this.behaviour.communities[community ?? 0];
    const room = {
      title: `Simulated ${anchor.ordinal} 模拟`,
      category: theirs?.category ?? "talk",
      tags: theirs?.tags ?? [],
    };
    if ((await this.#mutate("open", anchor, "room.open", room)) !== "RATE_LIMITED") return;
    await delay(OPEN_AGAIN_MS);
    await this.#mutate("open", anchor, "room.open", room);
  }

  closeRoom({ anchor, roomId }: Room): Promise<string> {
    return this.#mutate("close", anchor, "room.close", { roomId });
  }

  /** Somebody comes in, as a browser does: the page's data brings the cookie that is believed for a while. */
  async enter(): Promise<void> {
    const coming = this.audience.pickComing();
    if (!coming) return;
    const { person, room } = coming;
    const answer = await this.client.query(person, "room.get", { roomId: room.roomId });
    this.#note("enter", answer.name);
    if (answer.name === "ok") this.audience.enter(person, room);
    else this.audience.stayOutside(person);
  }

  async chat(): Promise<void> {
    const person = this.audience.pickPresent();
    if (!person?.room) return;
    await this.#mutate("chat", person, "chat.send", {
      roomId: person.room.roomId,
      messageId: uuidv7(),
      text: this.random.pick(this.behaviour.chat),
    });
  }

  async follow(): Promise<void> {
    const person = this.audience.pickPresent();
    if (!person?.room || person.kind !== "viewer") return;
    await this.#mutate("follow", person, "follow.set", {
      anchorId: person.room.anchor.userId,
      following: true,
    });
  }

  /** Something that the product has to refuse: more than somebody has, a guest's gift, a muted person's words, a wrong code. */
  async tryRefused(dearestGiftId: string): Promise<void> {
    const person = this.audience.pickPresent();
    const room = person?.room;
    if (!person || !room) return;
    const turn = this.#refusals++ % 3;
    if (person.kind === "guest") {
      await this.#mutate("gift of a guest", person, "gift.send", giftOf(room, dearestGiftId, 1));
    } else if (turn === 0 && person.coins < 100_000) {
      await this.#mutate("gift beyond one's coins", person, "gift.send", giftOf(room, dearestGiftId, 999));
    } else if (turn === 1 && this.#muted) {
      const { person: muted, room: where } = this.#muted;
      const words = { roomId: where.roomId, messageId: uuidv7(), text: "…?" };
      await this.#mutate("words of the muted", muted, "chat.send", words);
    } else {
      const claim = { code: "no-such-code-of-a-rain", roomId: room.roomId, claimId: uuidv7() };
      await this.#mutate("wrong code", person, "rain.claim", claim);
    }
  }

  async muteSomebody(): Promise<void> {
    const person = this.audience.pickGiver(0);
    if (!person?.room) return;
    const { anchor, roomId } = person.room;
    const mute = { roomId, userId: person.userId, minutes: 60 };
    if ((await this.#mutate("mute", anchor, "room.mute", mute)) === "ok")
      this.#muted = { person, room: person.room };
  }

  /** An anchor lets it rain and people tap. `isEnding` says that the run is over. */
  async rain(isEnding: () => boolean): Promise<void> {
    const { packets, coinsPerPacket, durationSeconds } = this.behaviour.rain;
    const room = this.random.pick(this.audience.rooms);
    const rainId = uuidv7();
    const budget = { budgetCoins: packets * coinsPerPacket, packetCount: packets, durationSeconds };
    if ((await this.#mutate("rain", room.anchor, "rain.create", { rainId, ...budget })) !== "ok") return;
    if ((await this.#mutate("rain", room.anchor, "rain.prepare", { rainId })) !== "ok") return;
    const untilMs = performance.now() + RAIN_READY_MS_MAX;
    for (let status = ""; status !== "ready"; ) {
      if (isEnding() || performance.now() > untilMs) return;
      await delay(POLL_MS);
      status =
        ((await this.client.query(room.anchor, "rain.get", { rainId })).data as Rain | undefined)?.status ??
        "";
    }
    const started = await this.client.mutate(room.anchor, "rain.start", { rainId });
    this.#note("rain", started.name);
    const { code } = (started.data ?? {}) as { code?: string };
    if (!code) return;
    const claimers = this.audience
      .listPresentIn(room)
      .filter(({ kind }) => kind === "viewer")
      .slice(0, Math.ceil(packets * CLAIMERS_PER_PACKET));
    await Promise.all(
      claimers.map(async (person) => {
        await delay(this.random.unit() * TAPS_SPREAD_MS);
        if (isEnding()) return;
        await this.#mutate("grab", person, "rain.claim", { code, roomId: room.roomId, claimId: uuidv7() });
      }),
    );
  }

  async #mutate(deed: string, person: Person, procedure: string, input: unknown): Promise<string> {
    const { name } = await this.client.mutate(person, procedure, input);
    this.#note(deed, name);
    return name;
  }

  #note(deed: string, name: string): void {
    const answers = (this.answers[deed] ??= {});
    answers[name] = (answers[name] ?? 0) + 1;
  }
}

const giftOf = ({ roomId }: Room, giftId: string, count: number) => ({
  giftOrderId: uuidv7(),
  roomId,
  giftId,
  count,
});
