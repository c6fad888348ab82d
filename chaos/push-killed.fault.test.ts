import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { roomChannel } from "@/domain/contracts/events";
import { DEMO_OPERATOR_PHONES } from "@/domain/rules/demo-users";
import type { StackProcess } from "@/stack/stack-process";
import { openPusherAs, readPushConfigOf } from "@/testkit/open-pusher-as";
import { signIn } from "@/testkit/people";
import { trpcPost } from "@/testkit/trpc";
import { expectNothingUnseen, waitForGifts, waitUntilAllSeeLive } from "./lib/audience";
import { type Follower, followRoom } from "./lib/follow-room";
import { type GiftLoad, startGiftLoad } from "./lib/gift-load";
import { type Rig, startRig, waitUntil } from "./lib/rig";

/**
 * The push gateway killed under load, alone and as one of two behind one address. Viewers are unmodified push clients with
 * all of the room page that listens.
 */
let rig: Rig;
let followers: Follower[] = [];
let load: GiftLoad | undefined;

const VIEWERS = 4;
/** Clients of a gateway that dies are on another one this soon. */
const FAIL_OVER_MS_MAX = 5_000;
/** Who is kicked is off every gateway this soon. */
const CUT_OFF_MS_MAX = 1_000;

beforeAll(async () => {
  rig = await startRig({ balanced: true, env: { PUSH_DRAIN_MS: "500" } });
  await Promise.all([rig.stack.start("gift-debit"), rig.stack.start("settlement")]);
});
afterAll(async () => {
  await rig?.close();
});

beforeEach(async ({ onTestFailed }) => {
  onTestFailed(() => console.error(rig.stack.describe()));
  followers = await Promise.all(Array.from({ length: VIEWERS }, (_, index) => follow(index)));
});
afterEach(async () => {
  for (const follower of followers) follower.close();
  await load?.stop();
});

const roomId = () => rig.rooms[0]?.roomId ?? "";

function follow(index: number): Promise<Follower> {
  const viewer = rig.people[rig.people.length - 1 - index];
  if (!viewer) throw new Error("Nobody is there.");
  return followRoom(rig.stack.webUrl, viewer, roomId());
}

const waitForLiveEvents = () => waitUntilAllSeeLive(followers);
const expectNothingLost = (running: GiftLoad) => expectNothingUnseen(rig, running, followers, roomId());

describe("push under load", () => {
  it("the only gateway killed: sending goes on, and viewers are shown what they missed", async () => {
    load = startGiftLoad(rig, 60);
    await waitForLiveEvents();
    await rig.push.kill9();
    await waitForGifts(rig, "gifts are debited without push", 30);
    rig.push = await rig.stack.start("push-gateway");
    await waitForLiveEvents();
    expect(Object.fromEntries((await expectNothingLost(load)).refusals)).toEqual({});
    const wasAskedFor = ({ shown, pushedSeqs }: Follower) => shown.some(({ seq }) => !pushedSeqs.has(seq));
    expect(followers.map(wasAskedFor)).toEqual(followers.map(() => true));
  });

  it("one of two gateways killed: its clients are on the other within 5 s and miss nothing", async () => {
    const survivor = await rig.stack.start("push-gateway");
    followers.push(await follow(VIEWERS), await follow(VIEWERS + 1));
    load = startGiftLoad(rig, 60);
    await waitForLiveEvents();
    // These came when there was no other gateway.
    const moved = followers.slice(0, VIEWERS);
    const socketIds = moved.map((follower) => follower.socketId);
    await rig.push.kill9();
    rig.push = survivor;
    await waitUntil(
      "all are on the other gateway",
      async () => moved.every(({ socketId }, index) => socketId !== null && socketId !== socketIds[index]),
      FAIL_OVER_MS_MAX,
    );
    await waitForLiveEvents();
    expect(Object.fromEntries((await expectNothingLost(load)).refusals)).toEqual({});
  });

  it("a kicked viewer is off both gateways within a second, and the room stays shut", async () => {
    const second = await rig.stack.start("push-gateway");
    const readMetrics = async ({ url }: StackProcess) => (await fetch(`${url}/metrics`)).text();
    const countSockets = async (gateway: StackProcess) => {
      // Metrics are put together once a second: what was asked for before may be older than the question.
      const before = await readMetrics(gateway);
      let metrics = before;
      await waitUntil("metrics are of now", async () => {
        metrics = await readMetrics(gateway);
        return metrics !== before;
      });
      return Number(/^push_connections\{.*\} (\d+)$/m.exec(metrics)?.[1] ?? 0);
    };
    const operator = await signIn(rig.stack.webUrl, DEMO_OPERATOR_PHONES[0] ?? "");
    const [viewer] = rig.people;
    if (!viewer) throw new Error("Nobody is there.");
    const subject = { roomId: roomId(), userId: viewer.userId };
    const countBoth = () => Promise.all([countSockets(rig.push), countSockets(second)]);
    const before = await countBoth();
    const config = await readPushConfigOf(rig.stack.webUrl);
    const clients = Array.from({ length: 4 }, () => openPusherAs(rig.stack.webUrl, viewer, config));
    const channels = clients.map((client) => client.subscribe(roomChannel(roomId())));
    try {
      await waitUntil("the viewer has the room open", async () =>
        channels.every(({ subscribed }) => subscribed),
      );
      const opened = (await countBoth()).map((count, index) => count - (before[index] ?? 0));
      expect(Math.min(...opened)).toBeGreaterThan(0);

      await trpcPost(rig.stack.webUrl, "room.kick", { ...subject, minutes: 10 }, operator.cookie);
      await waitUntil(
        "all sockets of the viewer are closed",
        async () => clients.every(({ connection }) => connection.state === "disconnected"),
        CUT_OFF_MS_MAX,
      );
      // The server hears of the end of a socket after its client.
      await waitUntil("no socket of the viewer is left", async () =>
        (await countBoth()).every((count, index) => count === before[index]),
      );

      for (const client of clients) client.connect();
      await waitUntil("the viewer is back", async () =>
        clients.every(({ connection }) => connection.state === "connected"),
      );
      await waitUntil("the room is refused to all", async () =>
        channels.every(({ subscribed, subscriptionPending }) => !subscribed && !subscriptionPending),
      );
    } finally {
      for (const client of clients) client.disconnect();
      await trpcPost(rig.stack.webUrl, "room.restore", subject, operator.cookie);
      await second.stop();
    }
  });
});
