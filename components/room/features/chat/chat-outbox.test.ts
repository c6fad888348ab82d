import { describe, expect, it } from "vitest";
import type { ChatMessage } from "@/domain/contracts/room";
import type { ApiError, ClientErrorName } from "../../../lib/api-error";
import { ChatOutbox } from "./chat-outbox";

const message = (messageId: string): ChatMessage => ({
  messageId,
  sender: { userId: "me", nickname: "Me", role: "viewer" },
  text: `words of ${messageId}`,
  at: "2030-01-01T00:00:00.000Z",
});

/** A server whose answers the test gives one by one. */
function start() {
  const calls: string[] = [];
  const states: string[] = [];
  const answers: ((name: ClientErrorName | null) => void)[] = [];
  const waits: { task: () => void; ms: number }[] = [];
  const luck: number[] = [];
  const outbox = new ChatOutbox({
    send: ({ messageId }) => {
      calls.push(messageId);
      return new Promise((resolve, reject) => {
        answers.push((name) => (name === null ? resolve() : reject(name)));
      });
    },
    readError: (name) => ({ name, details: {}, traceId: null }) as ApiError,
    onState: ({ messageId }, state, problem) => {
      states.push(problem ? `${messageId} ${state} ${problem.name}` : `${messageId} ${state}`);
    },
    later: (task, ms) => {
      const wait = { task, ms };
      waits.push(wait);
      return () => waits.splice(waits.indexOf(wait), 1);
    },
    random: () => luck.shift() ?? 0.5,
  });
  const answer = async (name: ClientErrorName | null = null) => {
    answers.shift()?.(name);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { outbox, calls, states, answer, waits, luck };
}

describe("own messages", () => {
  it("go one after the other, in the order in which they were written", async () => {
    const { outbox, calls, states, answer } = start();
    for (const id of ["a", "b", "c"]) outbox.add(message(id));
    expect(calls).toEqual(["a"]);
    await answer();
    await answer();
    await answer();
    expect(calls).toEqual(["a", "b", "c"]);
    expect(states.filter((state) => state.endsWith(" sent"))).toEqual(["a sent", "b sent", "c sent"]);
  });

  it("wait while there is no connection, and go under the same id when it is back", async () => {
    const { outbox, calls, states, answer, waits } = start();
    outbox.add(message("a"));
    await answer("NETWORK");
    outbox.add(message("b"));
    expect(states.slice(-2)).toEqual(["a waiting NETWORK", "b waiting"]);
    expect(calls).toEqual(["a"]);
    outbox.wake();
    expect(waits).toEqual([]);
    await answer();
    await answer();
    expect(calls).toEqual(["a", "a", "b"]);
    expect(states.at(-1)).toBe("b sent");
  });

  it("are tried ever more rarely by themselves", async () => {
    const { outbox, answer, waits, calls } = start();
    outbox.add(message("a"));
    const pauses: number[] = [];
    for (let i = 0; i < 7; i++) {
      await answer("UNAVAILABLE");
      pauses.push(waits[0]?.ms ?? 0);
      waits[0]?.task();
    }
    expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
    expect(new Set(calls)).toEqual(new Set(["a"]));
  });

  it("of a crowd that lost the same server do not come back in step", async () => {
    const { outbox, answer, waits, luck } = start();
    luck.push(0, 0.8);
    outbox.add(message("a"));
    await answer("UNAVAILABLE");
    const first = waits[0]?.ms;
    waits[0]?.task();
    await answer("UNAVAILABLE");
    expect([first, waits[0]?.ms]).toEqual([750, 2_300]);
  });

  it("come back with the reason when they are refused, and hold nobody else up", async () => {
    const { outbox, states, answer, calls } = start();
    outbox.add(message("a"));
    outbox.add(message("b"));
    await answer("RATE_LIMITED");
    expect(states).toContain("a refused RATE_LIMITED");
    await answer();
    expect(states.at(-1)).toBe("b sent");
    // Sent again as it is.
    outbox.add(message("a"));
    await answer();
    expect(calls).toEqual(["a", "b", "a"]);
    expect(states.at(-1)).toBe("a sent");
  });

  it("are forgotten on demand, unless they are on their way", async () => {
    const { outbox, answer, calls } = start();
    outbox.add(message("a"));
    outbox.add(message("b"));
    expect(outbox.discard("a")).toBe(false);
    expect(outbox.discard("b")).toBe(true);
    await answer();
    expect(calls).toEqual(["a"]);
  });
});
