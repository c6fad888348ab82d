import { expect, type Page, type Request, test } from "@playwright/test";
import { ApiClient } from "@/testkit/api-client";
import { findFirstRoom, signIn } from "./lib/people";

const SEND = "/api/trpc/gift.send";
const isSend = (request: Request) => new URL(request.url()).pathname === SEND;

/** Gives hearts and answers what left the page for it, in order, until the gift was taken. */
async function give(page: Page): Promise<Request[]> {
  const sent: Request[] = [];
  const note = (request: Request) => {
    if (isSend(request)) sent.push(request);
  };
  page.on("request", note);
  const taken = page.waitForResponse((response) => isSend(response.request()) && response.ok());
  await page.getByTestId("gift-send").click();
  await taken;
  page.off("request", note);
  return sent;
}

test("a page signs what it sends, and a copy of that does nothing", async ({ page }) => {
  const { roomId } = await findFirstRoom(page.request);
  await signIn(page, "+8613800000014", `/room/${roomId}`);
  await page.getByTestId("gift-option-hearts").click();
  const [sent] = await give(page);
  const headers = (await sent?.allHeaders()) ?? {};
  const signature = Object.fromEntries(
    ["x-dp-timestamp", "x-dp-nonce", "x-dp-signature"].map((name) => [name, headers[name] ?? ""]),
  );
  const copy = await page.request.post(SEND, {
    data: sent?.postData() ?? "",
    headers: { "content-type": "application/json", ...signature },
  });
  expect(copy.status()).toBe(409);
  expect(await copy.json()).toMatchObject({ error: { data: { biz: { name: "REPLAYED" } } } });
});

test("what was signed by a session that is over is signed again by the one that took its place", async ({
  page,
}) => {
  const { roomId } = await findFirstRoom(page.request);
  await signIn(page, "+8613800000015", `/room/${roomId}`);
  await page.getByTestId("gift-option-hearts").click();
  expect(await give(page)).toHaveLength(1);
  // The same person signs in anew, out of sight of this page: its key is not that of the cookie any more.
  const phoneNumber = "+8613800000015";
  const origin = new URL(page.url()).origin;
  const elsewhere = new ApiClient(origin);
  await elsewhere.signInByPhone(phoneNumber);
  const cookies = [...elsewhere.cookies].map(([name, value]) => ({
    name,
    value,
    url: origin,
    httpOnly: true,
  }));
  await page.context().addCookies(cookies);
  const again = await give(page);
  expect(again).toHaveLength(2);
  const [first, second] = again.map((request) => request.headers()["x-dp-nonce"]);
  expect(first).not.toBe(second);
});
