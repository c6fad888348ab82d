import { expect, test } from "@playwright/test";

test("the web process is alive and its dependencies answer", async ({ request }) => {
  expect((await request.get("/healthz")).status()).toBe(200);
  const ready = await request.get("/readyz");
  expect(ready.status()).toBe(200);
  const { dependencies } = await ready.json();
  expect(Object.keys(dependencies)).toEqual(expect.arrayContaining(["live", "finance", "redis"]));
});

test("metrics are Prometheus text", async ({ request }) => {
  const metrics = await request.get("/metrics");
  expect(metrics.headers()["content-type"]).toContain("text/plain");
  expect(await metrics.text()).toMatch(/^process_cpu_seconds_total/m);
});
