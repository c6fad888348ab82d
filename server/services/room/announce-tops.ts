import { LRUCache } from "lru-cache";
import { newTraceId } from "@/platform/observability/trace";
import { topToldKey } from "@/platform/redis/web-keys";
import { sharedNow } from "@/platform/runtime/shared-clock";
import { appendRoomEvents, type NewRoomEvent } from "@/push/publisher/room-log";
import type { RoomMessage } from "@/push/publisher/room-outbox";
import type { Resources } from "../context";
import { toItems } from "./get-top";
import { findRoomState } from "./room-state";
import { readBoard } from "./top-board";

/** A room hears of its board at most this often, from whichever process comes first. */
const TELL_EVERY_MS = 3_000;
const ROOMS_REMEMBERED_MAX = 20_000;

type TopResources = Pick<Resources, "live" | "redis" | "push" | "log">;

/** Tells rooms who gave most in the running session: the latest board only, and only when it reads differently. */
export class TopAnnouncements {
  /** Rooms whose board changed since they were last told. */
  readonly #changed = new Set<string>();
  readonly #lastTold = new LRUCache<string, string>({ max: ROOMS_REMEMBERED_MAX });

  constructor(private readonly resources: TopResources) {}

  add(roomIds: Iterable<string>): void {
    for (const roomId of roomIds) this.#changed.add(roomId);
  }

  /** Tells the rooms whose turn it is; the others stay for a later call. */
  async tell(): Promise<void> {
    const { redis, push, log } = this.resources;
    const turns = await Promise.all(
      [...this.#changed].map(async (roomId) => {
        const isTurn = await redis.set(topToldKey(roomId), "1", "PX", TELL_EVERY_MS, "NX");
        return isTurn === "OK" ? roomId : null;
      }),
    );
    const due = turns.filter((roomId) => roomId !== null);
    for (const roomId of due) this.#changed.delete(roomId);
    let messages: RoomMessage[];
    try {
      messages = await this.#numberBoards(due);
    } catch (error) {
      this.add(due);
      throw error;
    }
    if (messages.length === 0) return;
    // A lost board is followed by the next, or found by asking.
    await push.sendRoomEvents(messages).catch((error: unknown) => {
      log.warn({ reason: String(error) }, "telling rooms their boards failed");
    });
  }

  async #numberBoards(roomIds: readonly string[]): Promise<RoomMessage[]> {
    const read = await Promise.all(roomIds.map((roomId) => this.#readPublicBoard(roomId)));
    const boards = read.filter((board) => board !== null);
    const items = await toItems(
      this.resources,
      boards.map((board) => board.entries),
    );
    const at = sharedNow();
    return Promise.all(
      boards.flatMap(({ roomId, sessionId }, i) => {
        const body = { window: "session" as const, sessionId, items: items[i] ?? [] };
        const text = JSON.stringify(body);
        if (this.#lastTold.get(roomId) === text) return [];
        const event = { event: "room.top" as const, traceId: newTraceId(), body };
        return [this.#number(roomId, event, text, at)];
      }),
    );
  }

  async #number(roomId: string, event: NewRoomEvent, text: string, at: Date): Promise<RoomMessage> {
    const events = await appendRoomEvents(this.resources.redis, roomId, [event], at);
    this.#lastTold.set(roomId, text);
    return { roomId, events };
  }

  async #readPublicBoard(roomId: string) {
    const room = await findRoomState(this.resources, roomId);
    if (!room?.sessionId || !room.topIsPublic) return null;
    const entries = await readBoard(this.resources, roomId, { window: "session", id: room.sessionId });
    return { roomId, sessionId: room.sessionId, entries };
  }
}
