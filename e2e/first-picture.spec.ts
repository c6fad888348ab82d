import { devices, expect, test } from "@playwright/test";
import { findFirstRoom, signIn } from "./lib/people";

test.describe("before any script has run", () => {
  test.use({ javaScriptEnabled: false });

  test("the lobby has its rooms, those that the address asks for", async ({ page }) => {
    await page.goto("/");
    await expect(page.getByTestId("room-card").filter({ hasText: "Late-night piano" })).toBeVisible();
    await page.goto("/?tag=tea");
    await expect(page.getByTestId("room-card")).toHaveCount(1);
    await expect(page.getByTestId("room-card")).toContainText("Tea and talk");
    await page.goto("/?q=nobody-is-called-so");
    await expect(page.getByTestId("lobby-nothing-found")).toBeVisible();
  });

  test("a room has title, anchor, viewers and the catalogue", async ({ page }) => {
    const room = await findFirstRoom(page.request);
    await page.goto(`/room/${room.roomId}`);
    await expect(page.getByTestId("room")).toContainText("Late-night piano");
    await expect(page.getByTestId("room")).toContainText(room.anchor.nickname);
    await expect(page.getByTestId("viewer-count")).toBeVisible();
    await expect(page.getByText("Heart bubbles")).toBeVisible();
    await expect(page).toHaveTitle(/Late-night piano.*Downpour/);
  });
});

test("nothing that a page came with is drawn otherwise once it runs", async ({ page }) => {
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  const room = await findFirstRoom(page.request);
  await page.goto("/");
  await expect(page.getByTestId("room-card").first()).toBeVisible();
  await page.goto(`/room/${room.roomId}`);
  await expect(page.getByTestId("gift-send")).toBeVisible();
  expect(complaints).toEqual([]);
});

/** What only the first data of a page has, as its HTML has it, by who sees it; of what stands in one line, one. */
const COMES_WITH = {
  "+8613800000005": {
    "/": [/"room-card"/],
    "/account": [/"phone-card"/, /"session-row"/],
    "/wallet": [/"caps"/, /"product-/, /"statement-row"/],
  },
  "+8613900000005": {
    "/studio": [/"session-tiles"/, /"earned" data-fen="\d/, /"top-board"/, /"gift-orders(-empty)?"/],
    "/studio/earnings": [
      /"earnings-earned" data-fen="\d/,
      /"withdrawals(-empty)?"/,
      /"earnings-empty"|"settlement-line"/,
    ],
  },
  "+8613700000001": {
    "/admin": [/"key-figures"/],
    "/admin/alarms": [/"alarms(-empty)?"/, /"rules-table"/],
    "/admin/analytics": [/"tier-tiles"/, /"analytics-every"/],
    "/admin/approvals": [/"proposals"|"approvals-empty"/, /"four-eyes/],
    "/admin/dead-letters": [/"dead-letters(-empty)?"/],
    "/admin/finance?tab=reconciliation": [/"reconciliation-history"/],
    "/admin/gifts": [/"gift-row"/],
    "/admin/jobs": [/"job"/],
    "/admin/orders": [/"order-row"|"orders-none"/],
    "/admin/rains": [/"rains-table"|"rains-none"/],
    "/admin/recharges": [/"recharge-row"|"recharges-empty"/],
    "/admin/reports": [/"reports-none"|"report-card"/],
    "/admin/words": [/"chat-words"/],
    "/admin/removed-words": [/"removed-none"|"removed-row"/],
    "/admin/rooms": [/"room-row"/],
    "/admin/security": [/"ip-blocks"/, /"limits-table"/, /"media-hosts"/, /"retention"/],
    "/admin/settings": [/"settings-limits"/],
    "/admin/services": [/"services-tiles"/, /"process-row"/],
    "/admin/simulator": [/"simulator-crowd" data-crowd="\w/],
    "/admin/users": [/"person-link"/],
    "/admin/wallets": [/"caps-policy/],
  },
} satisfies Record<string, Record<string, readonly RegExp[]>>;

test("every page comes with what it shows first, for nobody to keep", async ({ browser }) => {
  test.slow();
  for (const [phoneNumber, pages] of Object.entries(COMES_WITH)) {
    const page = await (await browser.newContext()).newPage();
    await signIn(page, phoneNumber);
    for (const [path, signs] of Object.entries<readonly RegExp[]>(pages)) {
      // An answer that is late is left to the browser, and a machine that can no more says so: then a page is made again.
      await expect(async () => {
        const response = await page.request.get(path);
        const html = await response.text();
        expect(
          signs.filter((sign) => !sign.test(html)),
          `${path} comes without`,
        ).toEqual([]);
        expect(response.headers()["cache-control"], path).toContain("no-store");
      }).toPass({ timeout: 60_000 });
    }
    await page.context().close();
  }
});

test.describe("somebody far from the server", () => {
  test.use({ timezoneId: "Asia/Shanghai" });

  test("reads times of their own zone, with which the next page comes", async ({ page }) => {
    await signIn(page, "+8613800000005", "/wallet");
    const time = page.getByTestId("statement-row").locator("time").first();
    const at = new Date((await time.getAttribute("datetime")) ?? "");
    const there = new Intl.DateTimeFormat("en", {
      timeZone: "Asia/Shanghai",
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
    });
    await expect(time).toContainText(there.format(at));
    const shown = `>${await time.innerText()}</time>`;
    await expect(async () => {
      expect(await (await page.request.get("/wallet")).text()).toContain(shown);
    }).toPass({ timeout: 60_000 });
  });
});

test("what is looked for is in the address, and back leads to what was before", async ({ page }) => {
  await page.goto("/");
  await page.getByTestId("lobby-tag").filter({ hasText: "Piano" }).click();
  await expect(page).toHaveURL(/\/\?tag=piano$/);
  await expect(page.getByTestId("room-card")).toHaveCount(1);
  await page.getByTestId("lobby-search").fill("no such room");
  await expect(page).toHaveURL(/\/\?q=no\+such\+room&tag=piano$/);
  await expect(page.getByTestId("lobby-nothing-found")).toBeVisible();
  // Which colours somebody chose only the browser knows: the switch names them once the page runs, and can go back.
  const colours = page.getByTestId("color-scheme-switch");
  await colours.click();
  const chosen = (await colours.getAttribute("aria-label")) ?? "";
  await page.reload();
  await expect(page.getByTestId("lobby-search")).toHaveValue("no such room");
  await expect(colours).toHaveAttribute("aria-label", chosen);
  await page.goBack();
  await expect(page).toHaveURL(/\/\?tag=piano$/);
  await expect(page.getByTestId("lobby-search")).toHaveValue("");
  await expect(page.getByTestId("room-card")).toHaveCount(1);
  await page.goBack();
  await expect(page).toHaveURL(/\/$/);
  await expect(page.getByTestId("lobby-tag").filter({ hasText: "Piano" })).toHaveAttribute(
    "aria-pressed",
    "false",
  );
});

test("a list that a page came with is asked for again, and answered", async ({ page }) => {
  await page.goto("/");
  const again = await page.waitForResponse((response) => response.url().includes("room.list"));
  expect(again.status(), again.url()).toBe(200);
});

test("whoever goes back before a page runs gets where they wanted to go", async ({ page }) => {
  await page.goto("/");
  await page.getByTestId("lobby-tag").filter({ hasText: "Piano" }).click();
  await expect(page).toHaveURL(/\/\?tag=piano$/);
  await page.getByTestId("lobby-search").fill("no such room");
  await expect(page.getByTestId("lobby-nothing-found")).toBeVisible();
  let letRun = () => {};
  const mayRun = new Promise<void>((resolve) => {
    letRun = resolve;
  });
  await page.route("**/_next/static/**/*.js", async (route) => {
    await mayRun;
    await route.continue();
  });
  await page.reload({ waitUntil: "commit" });
  await expect(page.getByTestId("lobby-search")).toHaveValue("no such room");
  await page.goBack({ waitUntil: "commit" });
  await expect(page).toHaveURL(/\/\?tag=piano$/);
  letRun();
  await expect(page.getByTestId("lobby-search")).toHaveValue("");
  await expect(page.getByTestId("room-card")).toHaveCount(1);
  await expect(page).toHaveURL(/\/\?tag=piano$/);
});

test("tags are named in the reader's language", async ({ browser, baseURL }) => {
  const context = await browser.newContext({ locale: "zh-CN", baseURL });
  const page = await context.newPage();
  await page.goto("/");
  await expect(page.locator("html")).toHaveAttribute("lang", "zh-CN");
  await page.getByTestId("lobby-tag").filter({ hasText: "钢琴" }).click();
  await expect(page).toHaveURL(/\/\?tag=piano$/);
  await expect(page.getByTestId("room-card")).toHaveCount(1);
  await context.close();
});

test("whoever links to a page gets a card with the platform's own name, whatever host was asked", async ({
  page,
  request,
}) => {
  const room = await findFirstRoom(page.request);
  for (const path of ["/", `/room/${room.roomId}`]) {
    const html = await (await request.get(path, { headers: { "x-forwarded-host": "evil.example" } })).text();
    const canonical = /rel="canonical" href="([^"]+)"/.exec(html)?.[1] ?? "";
    expect(new URL(canonical).pathname).toBe(path);
    expect(html).not.toContain("evil.example");
    const image = /property="og:image" content="([^"]+)"/.exec(html)?.[1] ?? "";
    const picture = await request.get(new URL(image).pathname);
    expect(picture.headers()["content-type"]).toBe("image/png");
    expect(html).toContain('name="twitter:card" content="summary_large_image"');
  }
  const manifest = (await (await request.get("/manifest.webmanifest")).json()) as {
    icons: { src: string }[];
  };
  for (const { src } of manifest.icons) expect((await request.get(src)).status()).toBe(200);
});

test.describe("with a thumb", () => {
  // A phone says what it is: the server draws the room for it.
  const { userAgent } = devices["Pixel 7"];
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, userAgent });

  test("what stands in the head, the lobby's filters and a room's bar is large enough", async ({ page }) => {
    const room = await findFirstRoom(page.request);
    for (const [path, place] of [
      ["/", "header a, header button, [data-testid=lobby-tag], [role=group] button"],
      [`/room/${room.roomId}`, "[data-testid=open-top], [data-testid=room] a[aria-label][href='/']"],
    ] as const) {
      await page.goto(path);
      const targets = page.locator(place).filter({ visible: true });
      await expect(targets.first()).toBeVisible();
      const sizes = await targets.evaluateAll((all) =>
        all.map((one) => {
          const { width, height } = one.getBoundingClientRect();
          return { what: one.getAttribute("aria-label") ?? one.textContent, width, height };
        }),
      );
      expect(sizes.filter(({ width, height }) => Math.round(width) < 44 || Math.round(height) < 44)).toEqual(
        [],
      );
    }
  });
});
