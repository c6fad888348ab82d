import { proxyFetch } from "httpxy";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createLog } from "@/platform/observability/log";
import { type SiteThread, startSiteThread } from "./site-thread";

const log = createLog("site-test");
log.level = "silent";
const bundle = new URL("./testing/frail-site.mjs", import.meta.url);

let thread: SiteThread | undefined;
afterEach(() => thread?.stop());

const ask = (path: string) =>
  proxyFetch({ socketPath: thread?.socketPath ?? "" }, `http://localhost${path}`, {}, { agent: false });

describe("startSiteThread", () => {
  it("starts a thread again that has ended by itself", async () => {
    thread = await startSiteThread(bundle, log);
    const first = await (await ask("/")).text();
    await expect(ask("/fail")).rejects.toThrow();
    const second = await vi.waitFor(async () => (await ask("/")).text(), { timeout: 10_000 });
    expect(second).not.toBe(first);
  });

  it("stops listening when it is stopped", async () => {
    thread = await startSiteThread(bundle, log);
    await thread.stop();
    await expect(ask("/")).rejects.toThrow();
  });

  it("says so when the thread cannot start", async () => {
    await expect(startSiteThread(new URL("./testing/missing.mjs", import.meta.url), log)).rejects.toThrow();
  });
});
