import { describe, expect, it } from "vitest";
import { TestCluster } from "../../testing/test-cluster";

const cluster = new TestCluster(1);

async function get(path: string): Promise<unknown> {
  const query = { info: "subscription_count" };
  const { text } = await cluster.node(0).request({ method: "GET", path: `/apps/7/channels${path}`, query });
  return JSON.parse(text);
}

const told = (channel: string) =>
  cluster.receiver
    .events()
    .filter((event) => event.channel === channel && event.name !== "subscription_count")
    .map(({ name, user_id }) => `${name} ${user_id ?? ""}`.trim());

describe("a node that is paused for longer than its lease", () => {
  it("is given up by the others, and is one of them again when it goes on", async () => {
    // It learns of its death from Redis and not from the time that has passed.
    const child = await cluster.startChild({ redisTimeoutMs: 60_000 });
    const [here, there] = [await cluster.connect(0), await cluster.connect(child.port)];
    const isTold = (line: string, channel: string) =>
      cluster.receiver.when(() => told(channel).at(-1) === line);
    await here.subscribe("presence-room", { user_id: "here" });
    // Each node tells by itself, and of two at once either may be heard first.
    await isTold("member_added here", "presence-room");
    await there.subscribe("presence-room", { user_id: "there" });
    await there.subscribe("room");
    await isTold("member_added there", "presence-room");
    await isTold("channel_occupied", "room");
    child.signal("SIGSTOP");
    await here.nextOf("pusher_internal:member_removed");
    await isTold("member_removed there", "presence-room");
    await isTold("channel_vacated", "room");
    expect(await get("/room")).toEqual({ occupied: false, subscription_count: 0 });
    await cluster.node(0).server.trigger("room", "e", "while paused");

    child.signal("SIGCONT");
    const { data } = await here.nextOf("pusher_internal:member_added");
    expect(JSON.parse(data as string)).toMatchObject({ user_id: "there" });
    await isTold("channel_occupied", "room");
    await isTold("member_added there", "presence-room");
    expect(await get("/room")).toEqual({ occupied: true, subscription_count: 1 });
    await cluster.node(0).server.trigger("presence-room", "after", 1);
    await there.nextOf("after");
    await there.close();
    await here.nextOf("pusher_internal:member_removed");
    await isTold("channel_vacated", "room");
    expect(told("room")).toEqual([
      "channel_occupied",
      "channel_vacated",
      "channel_occupied",
      "channel_vacated",
    ]);
    await isTold("member_removed there", "presence-room");
    expect(told("presence-room")).toEqual([
      "channel_occupied",
      "member_added here",
      "member_added there",
      "member_removed there",
      "member_added there",
      "member_removed there",
    ]);
  });
});
