import { createHash } from "node:crypto";
import type { CatalogueGift } from "@/db/live/queries/gift-catalogue";
import type { GiftFailureReason } from "@/domain/contracts/gift";
import { mergeComboGifts } from "@/domain/rules/merge-combo-gifts";
import { counter } from "@/platform/observability/metrics";
import type { ComboName } from "@/platform/redis/keys";
import { sharedNow } from "@/platform/runtime/shared-clock";
import { droppedEvents } from "@/push/publisher/priority";
import type { UserMessage } from "@/push/publisher/publisher";
import { appendWrittenEvents } from "@/push/publisher/room-log";
import type { RoomMessage } from "@/push/publisher/room-outbox";
import { COMBO_WINDOW_SECONDS } from "@/server/queue/finalise-gifts";
import { isSameOrder } from "@/server/queue/gift-intake";
import type { Resources } from "../context";
import { findCatalogueGift } from "./catalogue";
import type { DebitedBatch, DebitedGift } from "./debit-batch";
import { type GiftEvent, ShownGifts } from "./gift-event";

const pushFailures = counter(
  "downpour_gift_push_failures_total",
  "Results whose push failed; clients find them by replay",
);

/** A room that gets more gifts than this in one round hears the gifts of a combo as one. */
const ROOM_GIFTS_UNMERGED_MAX = 20;

type AnnounceResources = Pick<Resources, "live" | "redis" | "push" | "log">;

/**
 * Announces paid gifts to their rooms and failed ones to their senders. Throws when the room logs (Redis) cannot be
 * written, and then all of it is repeated; a failed push is only counted, because replay and `gift.status` find what it lost.
 */
export async function announceGifts(
  resources: AnnounceResources,
  batches: readonly DebitedBatch[],
): Promise<void> {
  const at = sharedNow();
  const comboEndsAt = new Date(at.getTime() + COMBO_WINDOW_SECONDS * 1_000).toISOString();
  const shown = new ShownGifts(await findItems(resources, batches));
  const rooms = new Map<string, GiftEvent[]>();
  for (const batch of batches) {
    for (const debited of batch.gifts) {
      if (!isForRoom(debited)) continue;
      const event = toRoomEvent(debited, shown, comboEndsAt);
      const list = rooms.get(debited.gift.roomId);
      if (list) list.push(event);
      else rooms.set(debited.gift.roomId, [event]);
    }
  }
  const time = at.toISOString();
  const numbered = await Promise.all(
    [...rooms].map(async ([roomId, events]): Promise<RoomMessage> => {
      const written = mergeUnderLoad(events).map((event) => shown.write(event, time));
      return { roomId, events: await appendWrittenEvents(resources.redis, roomId, written) };
    }),
  );
  const sends = [
    resources.push.sendRoomEvents(numbered),
    resources.push.sendUserEvents(batches.flatMap(({ gifts }) => [...listFailures(gifts)])),
  ];
  for (const result of await Promise.allSettled(sends)) {
    if (result.status === "fulfilled") continue;
    pushFailures.inc();
    resources.log.warn({ reason: String(result.reason) }, "announcing gifts by push failed");
  }
}

function mergeUnderLoad(events: readonly GiftEvent[]): readonly GiftEvent[] {
  if (events.length <= ROOM_GIFTS_UNMERGED_MAX) return events;
  const merged = mergeComboGifts(events);
  droppedEvents.inc({ priority: "gift", reason: "merged" }, events.length - merged.length);
  return merged;
}

/** A room sees only gifts that were paid, and not again what was announced under another sending of the same id. */
const isForRoom = ({ outcome }: DebitedGift): boolean => outcome.status === "settled" && outcome.own;

/** What the catalogue says of these gifts, each looked up once. */
async function findItems(
  resources: AnnounceResources,
  batches: readonly DebitedBatch[],
): Promise<ReadonlyMap<string, CatalogueGift | undefined>> {
  const ids = new Set<string>();
  for (const { gifts } of batches) {
    for (const debited of gifts) if (isForRoom(debited)) ids.add(debited.gift.giftId);
  }
  return new Map(
    await Promise.all([...ids].map(async (id) => [id, await findCatalogueGift(resources, id)] as const)),
  );
}

function toRoomEvent({ gift, comboCount }: DebitedGift, shown: ShownGifts, comboEndsAt: string): GiftEvent {
  return {
    traceId: gift.traceId,
    body: {
      giftOrderId: gift.giftOrderId,
      sender: gift.anonymous
        ? { userId: null, nickname: "" }
        : { userId: gift.senderId, nickname: gift.senderName },
      gift: shown.of(gift),
      count: gift.count,
      totalCoins: gift.priceCoins * gift.count,
      combo:
        gift.comboId && comboCount !== null
          ? {
              comboId: publicComboId({ ...gift, comboId: gift.comboId }),
              count: comboCount,
              endsAt: comboEndsAt,
            }
          : null,
    },
  };
}

/**
 * The id under which viewers see a combo. Made from the sender too: nobody else's gift can carry it, even with the
 * client's own id copied. The same id sent with the name and without it is two combos.
 */
function publicComboId({ senderId, comboId, anonymous }: ComboName): string {
  const name = `${senderId}/${comboId}${anonymous ? "/anonymous" : ""}`;
  return createHash("sha256").update(name).digest("hex").slice(0, 32);
}

function* listFailures(gifts: readonly DebitedGift[]): Iterable<UserMessage> {
  for (const { gift, outcome } of gifts) {
    const reason = failureOf({ gift, outcome });
    if (reason === null) continue;
    const { totalCoins, traceId } = outcome.posted;
    const { giftOrderId, senderId } = gift;
    yield { userId: senderId, event: "gift.failed", data: { giftOrderId, reason, totalCoins, traceId } };
  }
}

/**
 * Why this sending failed, or null. A settled order does not speak for another gift that was sent under its id when
 * Redis no longer remembered it.
 */
export function failureOf({
  gift,
  outcome,
}: Pick<DebitedGift, "gift" | "outcome">): GiftFailureReason | null {
  if (!isSameOrder(gift, outcome.posted)) return "GIFT_ORDER_CONFLICT";
  return outcome.status === "failed" ? (outcome.reason ?? "INTERNAL") : null;
}
