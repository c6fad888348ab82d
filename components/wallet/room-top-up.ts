import { GIFT_COUNT_MAX } from "@/domain/rules/money";

/** A gift for which there were too few coins. It is offered again, never sent by itself. */
export interface WantedGift {
  giftId: string;
  count: number;
  anonymous: boolean;
}

/** Where a person stands with topping up in a room. */
export interface RoomTopUp {
  /** Whether the sheet is in sight. An order is watched without it, too. */
  open: boolean;
  orderId: string | null;
  wanted: WantedGift | null;
}

export const NO_TOP_UP: RoomTopUp = { open: false, orderId: null, wanted: null };

/** A function: in a browser that keeps nothing the very mention of its storage may throw. */
type OpenStorage = () => Pick<Storage, "getItem" | "setItem" | "removeItem">;

const keyOf = (viewerId: string, roomId: string) => `downpour.room-top-up.${viewerId}.${roomId}`;

/** What this tab knew before it was loaded anew. Whatever cannot be that is as if there were nothing. */
export function recallRoomTopUp(openStorage: OpenStorage, viewerId: string, roomId: string): RoomTopUp {
  try {
    return readTopUp(JSON.parse(openStorage().getItem(keyOf(viewerId, roomId)) ?? "null"));
  } catch {
    return NO_TOP_UP;
  }
}

export function rememberRoomTopUp(
  openStorage: OpenStorage,
  viewerId: string,
  roomId: string,
  topUp: RoomTopUp,
): void {
  try {
    const key = keyOf(viewerId, roomId);
    if (topUp.open || topUp.orderId) openStorage().setItem(key, JSON.stringify(topUp));
    else openStorage().removeItem(key);
  } catch {
    // A browser that keeps nothing loses its place over a reload; the server still knows the order.
  }
}

const ORDER_ID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

/** By hand, because the room loads this first and a library for it would be larger than all of it. */
function readTopUp(kept: Partial<Record<keyof RoomTopUp, unknown>> | null): RoomTopUp {
  const orderId = kept?.orderId ?? null;
  const wanted = kept?.wanted as Partial<Record<keyof WantedGift, unknown>> | null | undefined;
  if (typeof kept?.open !== "boolean" || !(orderId === null || isOrderId(orderId))) return NO_TOP_UP;
  if (!wanted) return { open: kept.open, orderId, wanted: null };
  const { giftId, count, anonymous } = wanted;
  const isWanted = typeof giftId === "string" && isCount(count) && typeof anonymous === "boolean";
  return isWanted ? { open: kept.open, orderId, wanted: { giftId, count, anonymous } } : NO_TOP_UP;
}

const isOrderId = (value: unknown): value is string => typeof value === "string" && ORDER_ID.test(value);

const isCount = (value: unknown): value is number =>
  Number.isInteger(value) && Number(value) >= 1 && Number(value) <= GIFT_COUNT_MAX;
