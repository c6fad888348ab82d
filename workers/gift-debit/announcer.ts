import type { Resources } from "@/server/services/context";
import { announceGifts } from "@/server/services/gift/announce-gifts";
import type { DebitedBatch } from "@/server/services/gift/debit-batch";

interface Waiting {
  batch: DebitedBatch;
  resolve: () => void;
  reject: (error: unknown) => void;
}

/**
 * Announces batches of all lanes one round after the other, each round taking everything that waits: events of a room
 * never overtake each other, and the busier it gets the more is merged into one message.
 */
export class Announcer {
  #waiting: Waiting[] = [];
  #running = false;

  constructor(private readonly resources: Pick<Resources, "live" | "redis" | "push" | "log">) {}

  /** Resolves when the batch is in the room logs and its push was tried; rejects when it must be repeated. */
  announce(batch: DebitedBatch): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ batch, resolve, reject });
      if (!this.#running) void this.#run();
    });
  }

  async #run(): Promise<void> {
    this.#running = true;
    while (this.#waiting.length > 0) {
      const round = this.#waiting;
      this.#waiting = [];
      try {
        await announceGifts(
          this.resources,
          round.map((w) => w.batch),
        );
        for (const w of round) w.resolve();
      } catch (error) {
        for (const w of round) w.reject(error);
      }
    }
    this.#running = false;
  }
}
