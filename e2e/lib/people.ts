import { type APIRequestContext, type Browser, expect, type Page } from "@playwright/test";
import { keyOf, signPosted } from "@/testkit/signing";

/** Signs a demo user in through the sign-in page, as a person does. */
export async function signIn(page: Page, phoneNumber: string, next = "/"): Promise<void> {
  await page.goto(`/login?next=${encodeURIComponent(next)}`);
  await page.getByTestId("phone-input").fill(phoneNumber.replace(/^\+86/, ""));
  await page.getByTestId("send-code").click();
  await page.getByTestId("code-input").locator("input").first().click();
  await page.keyboard.type("000000");
  await page.waitForURL(`**${next}`);
}

let newcomers = Date.now() % 1_000_000;
/** Somebody else, in a browser of their own. */
export async function openAs(browser: Browser, phoneNumber: string, next: string): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  await signIn(page, phoneNumber, next);
  return page;
}

/** An operator says why, and it is done. */
export async function confirmWithReason(page: Page, reason: string): Promise<void> {
  await page.getByTestId("reason").fill(reason);
  await page.getByTestId("reason-confirm").click();
  await expect(page.getByTestId("reason-dialog")).toHaveCount(0);
}

/** Signs somebody up who was never here before: a viewer without coins. */
export async function signInNewcomer(page: Page, next = "/"): Promise<string> {
  const phoneNumber = `+86155${String(10_000_000 + newcomers++)}`;
  await page.goto(`/login?next=${encodeURIComponent(next)}`);
  await page.getByTestId("phone-input").fill(phoneNumber.replace(/^\+86/, ""));
  await page.getByTestId("send-code").click();
  const input = page.getByTestId("code-input").locator("input").first();
  await input.click();
  await page.keyboard.type(await readCode(page, phoneNumber));
  await page.waitForURL(`**${next}`);
  return phoneNumber;
}

/** The latest one-time code that was sent to a phone. */
export async function readCode(page: Page, phoneNumber: string): Promise<string> {
  const inbox = await page.request.get(`/api/dev/inbox?phone=${encodeURIComponent(phoneNumber)}`);
  return ((await inbox.json()) as { code: string }).code;
}

/** A procedure's answer over the wire, with the cookies of the page or request context. */
export async function query<T>(request: APIRequestContext, procedure: string, input?: unknown): Promise<T> {
  const suffix = input === undefined ? "" : `?input=${encodeURIComponent(JSON.stringify(input))}`;
  const response = await request.get(`/api/trpc/${procedure}${suffix}`);
  expect(response.status(), await response.text()).toBe(200);
  const { result } = (await response.json()) as { result: { data: T } };
  return result.data;
}

export interface Refusal {
  name: string;
  details: Record<string, unknown>;
  traceId: string;
}

async function findSigningKey(request: APIRequestContext): Promise<string | undefined> {
  const { cookies } = await request.storageState();
  const session = cookies.find(({ name }) => name.endsWith("session_token"))?.value;
  if (session === undefined) return undefined;
  return await keyOf(session, async () => {
    const me = await query<{ signingKey: string } | null>(request, "session.me");
    return me?.signingKey;
  });
}

/** A mutation's answer: its data, or the refusal it carries. */
export async function mutate<T>(
  request: APIRequestContext,
  procedure: string,
  input: unknown,
): Promise<{ data: T | undefined; refusal: Refusal | undefined }> {
  const path = `/api/trpc/${procedure}`;
  const data = JSON.stringify(input);
  const signingKey = await findSigningKey(request);
  const response = await request.post(path, {
    data,
    headers: {
      "content-type": "application/json",
      ...(signingKey ? signPosted(signingKey, { path, body: data }) : {}),
    },
  });
  const body = (await response.json()) as {
    result?: { data: T };
    error?: { data: { biz: Refusal } };
  };
  return { data: body.result?.data, refusal: body.error?.data.biz };
}

export interface LiveRoom {
  roomId: string;
  anchor: { userId: string; nickname: string };
}

/** The demo room of the first anchor, which is live. */
export async function findFirstRoom(request: APIRequestContext): Promise<LiveRoom> {
  const { items } = await query<{ items: LiveRoom[] }>(request, "room.list", { search: "piano" });
  const [room] = items;
  if (!room) throw new Error("The demo room is not live.");
  return room;
}
