import { z } from "zod";
import type { Termination } from "../backplane";
import type { LocalApp } from "../local-app";
import { type StreamNames, terminationsKey } from "./cluster-keys";
import type { RedisSession } from "./redis-session";

const TerminationSchema: z.ZodType<Termination> = z.union([
  z.object({ terminateUserId: z.string() }),
  z.object({ sessionIds: z.array(z.string()), userIds: z.array(z.string()) }),
]);
const Note = z.object({ from: z.string(), appId: z.string() }).and(TerminationSchema);
type Note = z.infer<typeof Note>;

/** Terminations that are kept for nodes which are cut off. */
const TERMINATIONS_KEPT = 10_000;

/**
 * Tells every node whose connections to close. A node that was cut off from Redis reads what it has missed, because
 * somebody who was thrown out must not stay where the message did not get through.
 */
export class Terminations {
  /** The last note that this node has acted on. */
  private lastId = "";

  constructor(
    private readonly redis: RedisSession,
    private readonly streams: StreamNames,
    private readonly hubsByAppId: ReadonlyMap<string, LocalApp>,
  ) {}

  /**
   * Listens, and acts on what came after `lastId`; without one, at the start of the process, there is nothing to make up
   * for. Resolves with false when terminations may have been missed that are not kept any more; rejects when the session ends.
   */
  async start(lastId: string | undefined): Promise<boolean> {
    await this.redis.listen([this.streams.terminations]);
    if (lastId === undefined) {
      const [newest] = await this.redis.call((commands) =>
        commands.xrevrange(terminationsKey, "+", "-", "COUNT", 1),
      );
      this.advance(newest?.[0] ?? (await this.begin()));
      return true;
    }
    const kept = await this.redis.call((commands) => commands.xrange(terminationsKey, lastId, "+"));
    for (const [id, [, json = ""]] of kept) if (id !== lastId) this.receive(id, json);
    this.advance(kept.length > 0 ? lastId : await this.begin());
    // Where the note it knew is gone, some that it never saw may be, too.
    return kept[0]?.[0] === lastId;
  }

  /** A note that tells nothing, for later to know by that none was lost since. */
  private async begin(): Promise<string> {
    const id = await this.redis.call((commands) =>
      commands.xadd(terminationsKey, "MAXLEN", "~", TERMINATIONS_KEPT, "*", "note", "{}"),
    );
    return id ?? "";
  }

  /** Where the next session has to read on; undefined when this one never got to know. */
  get position(): string | undefined {
    return this.lastId === "" ? undefined : this.lastId;
  }

  /** Resolves when every node that is connected to Redis is about to be told. Rejects when the session ends. */
  async tell(appId: string, termination: Termination): Promise<void> {
    const note: Note = { from: this.redis.holder, appId, ...termination };
    await this.redis.call(
      this.redis.script(
        "tellNodes",
        [terminationsKey],
        [this.streams.terminations, JSON.stringify(note), TERMINATIONS_KEPT],
      ),
    );
  }

  receive(id: string, json: string): void {
    const note = parseNote(json);
    // What this node says it has done already.
    if (note && note.from !== this.redis.holder) {
      const hub = this.hubsByAppId.get(note.appId);
      if ("terminateUserId" in note) hub?.closeUser(note.terminateUserId);
      else hub?.closeSessions(note);
    }
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
