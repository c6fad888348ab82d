import type { ChatMessage } from "@/domain/contracts/room";
import { backOffMs } from "@/domain/rules/back-off";
import type { ApiError, ClientErrorName } from "../../../lib/api-error";

export type OutboxState = "sending" | "waiting" | "sent" | "refused";

interface OutboxParts {
  /** Throws what the call threw. */
  send: (message: ChatMessage) => Promise<void>;
  readError: (error: unknown) => ApiError;
  onState: (message: ChatMessage, state: OutboxState, problem: ApiError | null) => void;
  /** Calls back after a while; what it returns calls that off. */
  later: (task: () => void, ms: number) => () => void;
  random: () => number;
}

/** No answer, or one that has nothing to do with the message. */
const PASSING: ReadonlySet<ClientErrorName> = new Set<ClientErrorName>(["NETWORK", "UNAVAILABLE"]);
const BACK_OFF = { firstMs: 1_000, maxMs: 30_000 };

/**
 * Own messages on their way to the server, in the order in which they were written and each under the one id that it got when
 * it was written: sending it again cannot say it twice. While there is no connection they wait. What the server refuses is
 * given back with its reason, and may be sent again as it is.
 */
export class ChatOutbox {
  #queue: ChatMessage[] = [];
  #isSending = false;
  #failures = 0;
  #callOff: (() => void) | null = null;

  constructor(private readonly parts: OutboxParts) {}

  add(message: ChatMessage): void {
    if (this.#queue.some((waiting) => waiting.messageId === message.messageId)) return;
    this.#queue.push(message);
    // Behind others that wait it waits as well.
    this.parts.onState(message, this.#callOff ? "waiting" : "sending", null);
    if (!this.#callOff) void this.#pump();
  }

  /** The connection may be back: what waits is tried at once. */
  wake(): void {
    if (!this.#callOff) return;
    this.#callOff();
    this.#callOff = null;
    void this.#pump();
  }

  /** Forgets a message that waits; false when it is being sent or was sent. */
  discard(messageId: string): boolean {
    const at = this.#queue.findIndex((message) => message.messageId === messageId);
    if (at < 0 || (at === 0 && this.#isSending)) return false;
    this.#queue.splice(at, 1);
    return true;
  }

  stop(): void {
    this.#callOff?.();
    this.#callOff = null;
    this.#queue = [];
  }

  async #pump(): Promise<void> {
    if (this.#isSending) return;
    this.#isSending = true;
    try {
      for (let [message] = this.#queue; message; [message] = this.#queue) {
        this.parts.onState(message, "sending", null);
        const problem = await this.#trySend(message);
        if (problem && PASSING.has(problem.name)) return this.#waitAfter(problem);
        this.#failures = 0;
        if (this.#queue[0] === message) this.#queue.shift();
        this.parts.onState(message, problem ? "refused" : "sent", problem);
      }
    } finally {
      this.#isSending = false;
    }
  }

  async #trySend(message: ChatMessage): Promise<ApiError | null> {
    try {
      await this.parts.send(message);
      return null;
    } catch (error) {
      return this.parts.readError(error);
    }
  }

  #waitAfter(problem: ApiError): void {
    for (const message of this.#queue) this.parts.onState(message, "waiting", problem);
    if (this.#queue.length === 0) return;
    const ms = backOffMs(this.#failures, this.parts.random(), BACK_OFF);
    this.#failures += 1;
    this.#callOff = this.parts.later(() => this.wake(), ms);
  }
}
