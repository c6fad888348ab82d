import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser } from "@playwright/test";
import { DEMO_ANCHOR_PHONES, DEMO_OPERATOR_PHONES, DEMO_VIEWER_PHONES } from "@/domain/rules/demo-users";
import { type Stack, startStack } from "@/stack/stack";
import { RAISED_LIMITS, type SignedIn, signIn } from "@/testkit/people";
import { trpcGet } from "@/testkit/trpc";
import { seedDemo } from "../scripts/seed-demo";
import { type BenchRow, median, medianRatio } from "./lib/row";
import { barePage, MOTION } from "./page/bare-page";
import { launchBrowser, SCREENS, type Screen, SLOWED } from "./page/browser";
import { type Paint, visitPaint } from "./page/visit-paint";

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 3);
/** Only pages whose path begins so. */
const ONLY = process.env.BENCH_PATHS?.split(",");
const LCP_MS_MAX = 2_500;
/** Of the lobby and a room, which people open most. */
const LCP_FAST_MS_MAX = 1_500;

interface Visited {
  path: string;
  signedIn?: SignedIn;
  lcpMsMax: number;
}

/**
 * The largest paint of every page on a phone, opened by somebody who was never here before, its processor slowed four times,
 * beside a bare page in the same round. Held fixed: Chromium as the browser tests start it, English, dark, motion on.
 */
export async function run(): Promise<BenchRow[]> {
  const stack = await startStack({ env: { ...RAISED_LIMITS, LOG_LEVEL: "warn" } });
  const browser = await launchBrowser();
  const bare = createServer((_, response) => {
    response.setHeader("content-type", "text/html").end(barePage(MOTION.studio));
  });
  try {
    await new Promise<void>((listening) => bare.listen(0, "127.0.0.1", listening));
    return await measure(stack, browser, `http://127.0.0.1:${(bare.address() as AddressInfo).port}/`);
  } catch (error) {
    console.error(stack.describe());
    throw error;
  } finally {
    bare.close();
    await browser.close();
    await stack.close();
  }
}

async function measure(stack: Stack, browser: Browser, bareUrl: string): Promise<BenchRow[]> {
  await seedDemo({ liveUrl: stack.liveUrl, financeUrl: stack.financeUrl });
  for (const name of ["push-gateway", "web"] as const) await stack.start(name);
  const screen = SCREENS[1] as Screen;
  const pages = (await listPages(stack.webUrl)).filter(
    ({ path }) => !ONLY || ONLY.some((one) => path.startsWith(one)),
  );
  const rows: BenchRow[] = [];
  for (const { path, signedIn, lcpMsMax } of pages) {
    const who = signedIn && { url: stack.webUrl, cookie: signedIn.cookie };
    const visit = () => visitPaint(browser, screen, `${stack.webUrl}${path}`, who);
    // The server's warm-up.
    await visit();
    const [ours, floor]: [Paint[], Paint[]] = [[], []];
    for (let round = 0; round < ROUNDS; round++) {
      floor.push(await visitPaint(browser, screen, bareUrl));
      ours.push(await visit());
    }
    rows.push(toRow(path.replace(/[\da-f-]{36}/, "…"), screen, lcpMsMax, ours, floor));
  }
  return rows;
}

function toRow(path: string, screen: Screen, lcpMsMax: number, ours: Paint[], floor: Paint[]): BenchRow {
  const all = (of: keyof Omit<Paint, "lcpOf">, paints = ours) => paints.map((paint) => paint[of]);
  const ratio = medianRatio(all("lcpMs"), all("lcpMs", floor));
  return {
    name: `paint, ${screen.name}: ${path}`,
    figure: Math.round(median(all("lcpMs"))),
    floor: Math.round(median(all("lcpMs", floor))),
    // The bar is a time; what it is beside the bare page is among the notes.
    ratio: null,
    bar: lcpMsMax,
    unit: "ms",
    notes: [
      `at most; ${ratio.toFixed(1)} × bare`,
      `slowed ${SLOWED} ×`,
      `work ${Math.round(median(all("workMs")))} ms (bare ${Math.round(median(all("workMs", floor)))})`,
      `${Math.round(median(all("scriptKb")))} kB of scripts`,
      `shift ${Math.max(...all("layoutShift")).toFixed(3)}`,
      ours.at(-1)?.lcpOf,
    ].join("; "),
  };
}

async function listPages(webUrl: string): Promise<Visited[]> {
  const [viewer, anchor, operator] = [
    await signIn(webUrl, DEMO_VIEWER_PHONES[0] ?? ""),
    await signIn(webUrl, DEMO_ANCHOR_PHONES[0] ?? ""),
    await signIn(webUrl, DEMO_OPERATOR_PHONES[0] ?? ""),
  ];
  const { items } = await trpcGet<{ items: { roomId: string }[] }>(webUrl, "room.list", { limit: 1 });
  const fast = (path: string, signedIn?: SignedIn) => ({ path, signedIn, lcpMsMax: LCP_FAST_MS_MAX });
  const page = (path: string, signedIn?: SignedIn) => ({ path, signedIn, lcpMsMax: LCP_MS_MAX });
  return [
    fast("/", viewer),
    fast(`/room/${items[0]?.roomId}`, viewer),
    page("/login"),
    page("/account", viewer),
    page("/wallet", viewer),
    page("/studio", anchor),
    page("/studio/earnings", anchor),
    ...[
      "/admin",
      "/admin/alarms",
      "/admin/analytics",
      "/admin/approvals",
      "/admin/dead-letters",
      "/admin/finance",
      "/admin/gifts",
      "/admin/jobs",
      "/admin/orders",
      "/admin/products",
      "/admin/rains",
      "/admin/recharges",
      "/admin/reports",
      "/admin/words",
      "/admin/removed-words",
      "/admin/rooms",
      "/admin/settings",
      "/admin/security",
      "/admin/services",
      "/admin/simulator",
      "/admin/tags",
      "/admin/users",
      `/admin/users?userId=${viewer.userId}`,
      "/admin/wallets",
      `/admin/wallets?userId=${viewer.userId}`,
    ].map((path) => page(path, operator)),
  ];
}
