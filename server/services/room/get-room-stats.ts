import { countChatMessages } from "@/db/live/queries/chat-messages";
import { sumSessionGifts, sumSessionGiftsByMinute } from "@/db/live/queries/room-stats";
import { findRoomOfAnchor, raisePeakViewers } from "@/db/live/queries/rooms";
import { BizError } from "@/domain/contracts/errors";
import { FEN_PER_COIN } from "@/domain/rules/money";
import { sharedNowMs } from "@/platform/runtime/shared-clock";
import type { SignedInCtx } from "../context";
import { readViewerCounts } from "./viewer-counts";

const SERIES_MINUTES_MAX = 60;

export interface RoomStats {
  viewers: number;
  peakViewers: number;
  coins: number;
  grossFen: number;
  gifts: number;
  chatMessages: number;
  /** The last hour by minute, oldest first; minutes without gifts are left out. */
  series: { at: string; coins: number; gifts: number }[];
}

const CLOSED: RoomStats = {
  viewers: 0,
  peakViewers: 0,
  coins: 0,
  grossFen: 0,
  gifts: 0,
  chatMessages: 0,
  series: [],
};

/** Figures of the running session of the caller's room; all zero while it is closed. Throws NOT_FOUND. */
export async function getRoomStats(ctx: SignedInCtx, input: { roomId: string }): Promise<RoomStats> {
  const { roomId } = input;
  const anchorId = ctx.session.userId;
  const room = await findRoomOfAnchor(ctx.live, anchorId);
  if (room?.roomId !== roomId) throw new BizError("NOT_FOUND", { field: "roomId" });
  const { currentSessionId: sessionId, liveSince: since } = room;
  if (!sessionId || !since) return CLOSED;
  const hourAgo = new Date(sharedNowMs() - SERIES_MINUTES_MAX * 60_000);
  const [counts, totals, minutes, chatMessages] = await Promise.all([
    readViewerCounts(ctx),
    sumSessionGifts(ctx.live, { anchorId, sessionId, since }),
    sumSessionGiftsByMinute(ctx.live, { anchorId, sessionId, since: since > hourAgo ? since : hourAgo }),
    countChatMessages(ctx.live, { roomId, since }),
  ]);
  const viewers = counts.get(roomId) ?? 0;
  const peaks = await raisePeakViewers(ctx.live, [{ sessionId, viewers }]);
  return {
    viewers,
    peakViewers: peaks.get(sessionId) ?? viewers,
    coins: totals.coins,
    grossFen: totals.coins * FEN_PER_COIN,
    gifts: totals.gifts,
    chatMessages,
    series: minutes.map(({ minute, coins, gifts }) => ({ at: minute.toISOString(), coins, gifts })),
  };
}
