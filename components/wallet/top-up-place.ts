const ROOM_PATH = /^\/room\/([\da-f-]{36})$/i;
const ROOM_ID = /^[\da-f-]{36}$/i;
const STORAGE_KEY = "downpour.top-up";

/** The way to the top-up, which remembers the room it is taken from. */
export function topUpHref(pathname: string | null): string {
  const roomId = ROOM_PATH.exec(pathname ?? "")?.[1];
  return roomId ? `/wallet?room=${roomId}#top-up` : "/wallet#top-up";
}

/** A room's id out of an address, or null: it becomes part of a link. */
export function readRoomId(value: string | string[] | undefined): string | null {
  return typeof value === "string" && ROOM_ID.test(value) ? value : null;
}

/** The payment page leads back to the wallet and knows of no room; this browser does. */
export function rememberRoom(orderId: string, roomId: string): void {
  try {
    localStorage.setItem(STORAGE_KEY, JSON.stringify({ orderId, roomId }));
  } catch {
    // A browser that keeps nothing only loses the way back to the room.
  }
}

/** The room from which this order was started in this browser, or null. */
export function recallRoom(orderId: string): string | null {
  try {
    const known = JSON.parse(localStorage.getItem(STORAGE_KEY) ?? "null") as Record<string, string> | null;
    return known?.orderId === orderId ? readRoomId(known.roomId) : null;
  } catch {
    return null;
  }
}
