import { randomUUID } from "node:crypto";
import { postGifts, type QueuedGift } from "@/db/live/ledger/post-gifts";
import { insertSeedRooms, insertSeedUsers, type SeedUser } from "@/db/live/queries/seed";
import { ALL_BUCKETS } from "@/domain/rules/bucket";
import { refundGift } from "../services/refund/refund-gift";
import { countNewSupporters } from "../services/room/count-supporters";
import { callBy, giftEntry, type MoneyHarness, openWallet } from "./money-harness";

const person = (role: SeedUser["role"], name: string): SeedUser => {
  const id = randomUUID();
  const email = `${id}@users.invalid`;
  return { id, name, email, phoneIndex: null, phoneCipher: null, role, gender: "female" };
};

/** Five viewers with coins in rooms of their own, to see who stands where on their boards. */
export class BoardWorld {
  room = { id: "", anchorId: "", sessionId: "" };
  readonly senders = ["Ada", "Ben", "Cho", "Dee", "Eli"].map((name) => person("viewer", name));

  constructor(private readonly harness: MoneyHarness) {}

  async open(): Promise<void> {
    const { resources } = this.harness;
    await insertSeedUsers(resources.live, this.senders);
    for (const { id } of this.senders) await openWallet(resources, id, 100_000_000);
  }

  /** A live room in which nobody gave. */
  async openRoom(): Promise<void> {
    const { live } = this.harness.resources;
    const anchor = person("anchor", "Aria");
    await insertSeedUsers(live, [anchor]);
    this.room = { id: randomUUID(), anchorId: anchor.id, sessionId: randomUUID() };
    const facts = { title: "A room", category: "talk", tags: [], startedAt: new Date() };
    await insertSeedRooms(live, [{ ...this.room, ...facts }]);
  }

  idOf(sender: number): string {
    return this.senders[sender]?.id ?? "";
  }

  gift(sender: number, priceCoins: number, facts: Partial<QueuedGift> = {}): QueuedGift {
    const { id: roomId, anchorId, sessionId } = this.room;
    return giftEntry(this.idOf(sender), { roomId, anchorId, sessionId, priceCoins, ...facts });
  }

  async post(...gifts: QueuedGift[]): Promise<void> {
    await postGifts(this.harness.resources.live.sql, gifts);
  }

  async countAll(): Promise<void> {
    while ((await countNewSupporters(this.harness.resources, ALL_BUCKETS)).more);
  }

  async refund({ senderId, giftOrderId }: QueuedGift): Promise<void> {
    const operator = callBy(this.harness.resources, this.idOf(0), "operator");
    const reason = "sent by a child";
    await refundGift(operator, { senderId, giftOrderId, refundId: randomUUID(), reason });
  }
}
