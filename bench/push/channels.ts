/** Names of equal length, so that events of all rooms look alike. */
export const roomName = (room: number) => `room-${String(room).padStart(4, "0")}`;

/** Loopback addresses that connections come from in turn: one alone has 28,000 ports for a target. */
export const sourceAddress = (index: number) => `127.0.0.${2 + (index % 4)}`;
