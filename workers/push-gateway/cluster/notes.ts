import { z } from "zod";
import type { AppHub } from "../app-hub";
import { notesKey, type StreamNames } from "./cluster-keys";
import type { RedisSession } from "./redis-session";

const Note = z.object({ from: z.string(), appId: z.string(), terminateUserId: z.string() });
type Note = z.infer<typeof Note>;

/** Notes that are kept for nodes which are cut off. */
const NOTES_KEPT = 10_000;

/**
 * Tells every node whose connections to close. A node that was cut off from Redis reads what it has missed, because
 * somebody who was thrown out must not stay where the message did not get through.
 */
export class Notes {
  /** The last note that this node has acted on. */
  private lastId = "";

  constructor(
    private readonly redis: RedisSession,
    private readonly streams: StreamNames,
    private readonly hubsByAppId: ReadonlyMap<string, AppHub>,
  ) {}

  /**
   * Listens, and acts on what came after `lastId`; without one, at the start of the process, there is nothing to make up
   * for. Resolves with the id of the newest note; rejects when the session ends.
   */
  async start(lastId: string | undefined): Promise<void> {
    await this.redis.listen([this.streams.notes]);
    if (lastId === undefined) {
      const [newest] = await this.redis.call((commands) =>
        commands.xrevrange(notesKey, "+", "-", "COUNT", 1),
      );
      this.advance(newest?.[0] ?? "0-0");
      return;
    }
    const missed = await this.redis.call((commands) => commands.xrange(notesKey, `(${lastId}`, "+"));
    for (const [id, [, json = ""]] of missed) this.receive(id, json);
    this.advance(lastId);
  }

  /** Where the next session has to read on; undefined when this one never got to know. */
  get position(): string | undefined {
    return this.lastId === "" ? undefined : this.lastId;
  }

  /** Resolves when every node that is connected to Redis is about to be told. Rejects when the session ends. */
  async tellTermination(appId: string, userId: string): Promise<void> {
    const note: Note = { from: this.redis.holder, appId, terminateUserId: userId };
    await this.redis.call(
      this.redis.script("tellNodes", [notesKey], [this.streams.notes, JSON.stringify(note), NOTES_KEPT]),
    );
  }

  receive(id: string, json: string): void {
    const note = parseNote(json);
    // What this node says it has done already.
    if (note && note.from !== this.redis.holder)
      this.hubsByAppId.get(note.appId)?.closeUser(note.terminateUserId);
    this.advance(id);
  }

  private advance(id: string): void {
    if (this.lastId === "" || isAfter(id, this.lastId)) this.lastId = id;
  }
}

function parseNote(json: string): Note | undefined {
  try {
    return Note.parse(JSON.parse(json));
  } catch {
    return undefined;
  }
}

/** Ids of a Redis stream are `ms-number`. */
function isAfter(id: string, other: string): boolean {
  const [ms = 0, number = 0] = id.split("-").map(Number);
  const [otherMs = 0, otherNumber = 0] = other.split("-").map(Number);
  return ms > otherMs || (ms === otherMs && number > otherNumber);
}
