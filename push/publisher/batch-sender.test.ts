import fc from "fast-check";
import Pusher from "pusher";
import { expect, it } from "vitest";
import { BatchSender } from "./batch-sender";
import type { Message } from "./merge-room-events";

const message = (id: number, length = 2): Message => ({
  channel: "c",
  name: "n",
  data: `${id}`.padEnd(length),
});
const messages = (count: number, length?: number) =>
  Array.from({ length: count }, (_, i) => message(i, length));

/** A push service that notes what it is asked, and refuses what `refuses` says. */
function startService(refuses: (path: string) => number | undefined = () => undefined, isHosted = false) {
  const asked: { path: string; batch: Message[] }[] = [];
  const post = async (path: string, batch: readonly Message[]) => {
    asked.push({ path, batch: [...batch] });
    const status = refuses(path);
    if (status !== undefined) throw new Pusher.RequestError("refused", "", new Error(), status);
  };
  const sender = new BatchSender({
    postBatch: (batch) => post("/batch_events", batch),
    postMany: (lines) => post("/many_events", readLines(lines)),
    isHosted,
  });
  return { asked, sender };
}
function readLines(text: string): Message[] {
  const lines = text.split("\n");
  expect(lines.pop()).toBe("");
  return Array.from({ length: lines.length / 2 }, (_, i) => {
    const [channel = "", name = ""] = lines[2 * i]?.split(" ") ?? [];
    return { channel, name, data: lines[2 * i + 1] ?? "" };
  });
}
const pathsOf = ({ asked }: ReturnType<typeof startService>) => asked.map(({ path }) => path);
const countsOf = ({ asked }: ReturnType<typeof startService>) => asked.map(({ batch }) => batch.length);

it("sends few as the protocol has it, and many by hundreds", async () => {
  const service = startService();
  const { sender } = service;
  await sender.send([]);
  await sender.send(messages(10));
  await sender.send(messages(211));
  expect(pathsOf(service)).toEqual(["/batch_events", "/many_events", "/many_events", "/many_events"]);
  expect(countsOf(service)).toEqual([10, 100, 100, 11]);
});

it("sends ten at once to the hosted service, whatever comes", async () => {
  const service = startService(undefined, true);
  await service.sender.send(messages(25));
  expect(pathsOf(service)).toEqual(["/batch_events", "/batch_events", "/batch_events"]);
});

it.each([404, 413])(
  "goes on with ten at once where more are refused with %d, and asks no more",
  async (status) => {
    const service = startService((path) => (path === "/many_events" ? status : undefined));
    const { sender } = service;
    await sender.send(messages(25));
    await sender.send(messages(25));
    expect(pathsOf(service)).toEqual(["/many_events", ...Array.from({ length: 6 }, () => "/batch_events")]);
    const sent = service.asked.slice(1).flatMap(({ batch }) => batch);
    expect(sent).toEqual([...messages(25), ...messages(25)]);
  },
);

it("gives up where the service is away, and where it refuses even ten", async () => {
  for (const refused of ["/many_events", "/batch_events"]) {
    const service = startService((path) => (path === refused ? 503 : undefined));
    await expect(service.sender.send(messages(refused === "/many_events" ? 50 : 5))).rejects.toThrow(
      "refused",
    );
    expect(service.asked).toHaveLength(1);
  }
  const small = startService(() => 413);
  await expect(small.sender.send(messages(30))).rejects.toThrow("refused");
  expect(pathsOf(small)).toEqual(["/many_events", "/batch_events"]);
});

it("sends each once and in order, in requests of a bounded size", async () => {
  const lengths = fc.array(fc.integer({ min: 5, max: 9_500 }), { maxLength: 400 });
  await fc.assert(
    fc.asyncProperty(lengths, fc.boolean(), async (all, takesMany) => {
      const service = startService((path) => (takesMany || path === "/batch_events" ? undefined : 404));
      const given = all.map((length, i) => message(i, length));
      await service.sender.send(given);
      const taken = service.asked.filter(({ path }) => takesMany || path === "/batch_events");
      expect(taken.flatMap(({ batch }) => batch)).toEqual(given);
      for (const { batch } of service.asked) {
        expect(batch.length).toBeLessThanOrEqual(100);
        const bytes = batch.reduce((sum, { data }) => sum + data.length, 0);
        expect(batch.length <= 10 || bytes <= 262_144 + 9_500).toBe(true);
      }
    }),
    { numRuns: 50 },
  );
});
