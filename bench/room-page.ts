import { gzipSync } from "node:zlib";
import type { Browser } from "@playwright/test";
import { openLiveDb } from "@/db/client";
import { type Stack, startStack } from "@/stack/stack";
import { fundViewers, RAISED_LIMITS, type SignedIn, signInViewers } from "@/testkit/people";
import { letFall, makeReadyRain, RAISED_RAIN_LIMITS, signInRainyAnchor } from "@/testkit/rain";
import { trpcGet, trpcPost } from "@/testkit/trpc";
import { seedDemo } from "../scripts/seed-demo";
import type { BenchRow } from "./lib/row";
import { MOTION } from "./page/bare-page";
import { type Frames, launchBrowser, SCREENS, type Screen } from "./page/browser";
import { Measured } from "./page/measured";
import { toInteractionRows, toScreenRows } from "./page/rows";
import { visitBare } from "./page/visit-bare";
import { visitRain } from "./page/visit-rain";
import { type RoomVisit, visitRoom } from "./page/visit-room";
import { visitStudio } from "./page/visit-studio";

const SECONDS = Number(process.env.BENCH_SECONDS ?? 5);
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 3);
const JS_KB_MAX = 250;

/**
 * The room page of a signed-in viewer, a rain and the studio in a browser without a graphics processor, its thread slowed
 * four times: JavaScript of the first load, the largest paint, every kind of interaction beside the same on a bare page, and
 * the frames of a red-packet rain. Rounds of bare and real pages take turns. Held fixed: Chromium as the browser tests start
 * it, a desk and a phone, English, dark, motion on; the processes of the room on the same machine.
 */
export async function run(): Promise<BenchRow[]> {
  const stack = await startStack({ env: { ...RAISED_LIMITS, ...RAISED_RAIN_LIMITS, LOG_LEVEL: "warn" } });
  const browser = await launchBrowser();
  try {
    return await measure(stack, browser);
  } catch (error) {
    // What died says last why.
    console.error(stack.describe());
    throw error;
  } finally {
    await browser.close();
    await stack.close();
  }
}

async function measure(stack: Stack, browser: Browser): Promise<BenchRow[]> {
  const { anchor, quietRoomId, nextViewer } = await settle(stack);
  const roomUrl = (roomId: string) => `${stack.webUrl}/room/${roomId}`;
  const rows = [await measureScripts(roomUrl(quietRoomId))];
  // The first visit is the server's warm-up.
  await visitRoom(browser, SCREENS[0] as Screen, roomUrl(quietRoomId), nextViewer(), new Measured());
  for (const screen of SCREENS) {
    const { rain } = await makeReadyRain(stack.webUrl, anchor, {
      budgetCoins: 10_000,
      packetCount: 10_000,
      claimsPerViewer: 20,
    });
    await letFall(stack.webUrl, anchor, rain.rainId);
    const [ours, bare] = [new Measured(), new Measured()];
    const frames: { ours: Frames[]; bare: Frames[] } = { ours: [], bare: [] };
    const visits: RoomVisit[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const still = { motion: MOTION.studio, seconds: 0 };
      await visitBare(browser, screen, "studio", still, bare);
      await visitStudio(browser, screen, { url: stack.webUrl, cookie: anchor.cookie }, ours);
      await visitBare(browser, screen, "room", { motion: MOTION.room, seconds: 0 }, bare);
      visits.push(await visitRoom(browser, screen, roomUrl(quietRoomId), nextViewer(), ours));
      const falling = await visitBare(
        browser,
        screen,
        "rain",
        { motion: MOTION.rain, seconds: SECONDS },
        bare,
      );
      if (falling) frames.bare.push(falling);
      frames.ours.push(await visitRain(browser, screen, roomUrl(anchor.roomId), nextViewer(), SECONDS, ours));
    }
    await trpcPost(stack.webUrl, "rain.finish", { rainId: rain.rainId }, anchor.cookie);
    rows.push(...toScreenRows(screen, visits, frames), ...toInteractionRows(screen, ours, bare));
  }
  return rows;
}

/** Starts what a room needs, with people who have coins. */
async function settle(stack: Stack) {
  await seedDemo({ liveUrl: stack.liveUrl, financeUrl: stack.financeUrl });
  for (const name of ["push-gateway", "web", "gift-debit", "packet-credit"] as const) await stack.start(name);
  const live = openLiveDb(stack.liveUrl, { poolMax: 2, applicationName: "bench" });
  try {
    const people = await signInViewers(stack.webUrl);
    await fundViewers(live, people);
    const anchor = await signInRainyAnchor(stack.webUrl, live);
    const rooms = await trpcGet<{ items: { roomId: string }[] }>(stack.webUrl, "room.list", { limit: 50 });
    const quietRoomId = rooms.items.find((room) => room.roomId !== anchor.roomId)?.roomId ?? anchor.roomId;
    let visits = 0;
    // Whoever comes again finds the chosen gift remembered by their browser alone, which is a new one each time.
    const nextViewer = (): { url: string; cookie: string } => {
      const { cookie } = people[visits++ % people.length] as SignedIn;
      return { url: stack.webUrl, cookie };
    };
    return { anchor, quietRoomId, nextViewer };
  } finally {
    await live.close();
  }
}

async function measureScripts(url: string): Promise<BenchRow> {
  const html = await (await fetch(url)).text();
  // Scripts marked so are for browsers that know no modules; no other loads them.
  const tags = [...html.matchAll(/<script[^>]*>/g)]
    .map(([tag]) => tag)
    .filter((tag) => !/nomodule/i.test(tag));
  const paths = new Set(tags.flatMap((tag) => / src="([^"]+)"/.exec(tag)?.[1] ?? []));
  let bytes = 0;
  for (const path of paths)
    bytes += gzipSync(new Uint8Array(await (await fetch(new URL(path, url))).arrayBuffer())).length;
  return {
    name: "room page, JavaScript of the first load (at most)",
    figure: Math.round(bytes / 1000),
    floor: null,
    ratio: null,
    bar: JS_KB_MAX,
    unit: "kB gzip",
    notes: `${paths.size} files that the page names`,
  };
}
