import Pusher from "pusher";
import type { Message } from "./merge-room-events";

/** Pusher takes ten messages a batch. */
const BATCH_MESSAGES_MAX = 10;
/** Our gateway takes as many as its `EVENTS_AT_ONCE_MAX`; so many bytes stay well under what it reads of one request. */
const MANY_MESSAGES_MAX = 100;
const MANY_BYTES_MAX = 262_144;
/** A service that knows no more than the protocol is asked again after this long: it may be another one by then. */
const ASKED_AGAIN_MS = 60_000;
const NO_SUCH_PATH = 404;
const TOO_LARGE = 413;

/** Whether a service has no such path, or reads less at once: it is well, and has sent nothing of what it was asked to. */
export const takesLess = (error: unknown): boolean =>
  error instanceof Pusher.RequestError && (error.status === NO_SUCH_PATH || error.status === TOO_LARGE);

/**
 * Sends messages in order, one request after the other: as many in each as the service takes. What a request costs it costs
 * on both sides, however little is in it.
 */
export class BatchSender {
  #takesFewUntilMs: number;

  constructor(
    private readonly service: {
      postBatch(batch: readonly Message[]): Promise<unknown>;
      postMany(lines: string): Promise<unknown>;
      /** Knows no more than the protocol, for sure. */
      isHosted: boolean;
    },
  ) {
    this.#takesFewUntilMs = service.isHosted ? Number.POSITIVE_INFINITY : 0;
  }

  async send(messages: readonly Message[]): Promise<void> {
    for (let i = 0; i < messages.length; ) {
      const takesMany = performance.now() >= this.#takesFewUntilMs;
      const batch = messages.slice(i, i + (takesMany ? MANY_MESSAGES_MAX : BATCH_MESSAGES_MAX));
      if (takesMany) batch.length = countFitting(batch);
      if (await this.#tryPosting(batch)) i += batch.length;
    }
  }

  /** False when the service takes less at once: then nothing was sent. */
  async #tryPosting(batch: readonly Message[]): Promise<boolean> {
    if (batch.length <= BATCH_MESSAGES_MAX) {
      await this.service.postBatch(batch);
      return true;
    }
    try {
      await this.service.postMany(batch.map(toLines).join(""));
      return true;
    } catch (error) {
      if (!takesLess(error)) throw error;
      this.#takesFewUntilMs = performance.now() + ASKED_AGAIN_MS;
      return false;
    }
  }
}

/** The data goes as it is, so that nobody has to quote a text of texts and take it apart again. JSON has no line breaks. */
const toLines = ({ channel, name, data }: Message) => `${channel} ${name}\n${data}\n`;

/** How many of them fit one request, ten at least. */
function countFitting(messages: readonly Message[]): number {
  let bytes = 0;
  const tooMany = messages.findIndex(({ data }, i) => {
    bytes += Buffer.byteLength(data);
    return i >= BATCH_MESSAGES_MAX && bytes > MANY_BYTES_MAX;
  });
  return tooMany < 0 ? messages.length : tooMany;
}
