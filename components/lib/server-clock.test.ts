import { expect, it } from "vitest";
import { noteServerDate, restartServerClock, serverNowMs } from "./server-clock";

it("tells the server's time by its answers, whatever the clock here says", () => {
  expect(Math.abs(serverNowMs() - Date.now())).toBeLessThan(1_000);
  noteServerDate("Tue, 01 Jan 2030 20:00:10 GMT");
  noteServerDate("Tue, 01 Jan 2030 20:00:02 GMT");
  noteServerDate("no date");
  noteServerDate(null);
  const aheadMs = serverNowMs() - Date.parse("2030-01-01T20:00:10Z");
  expect(aheadMs).toBeGreaterThanOrEqual(0);
  expect(aheadMs).toBeLessThan(5_000);
});

it("is set back by an answer that says so", () => {
  noteServerDate("Tue, 01 Jan 2030 20:00:10 GMT");
  restartServerClock("Tue, 01 Jan 2030 08:00:00 GMT");
  expect(Math.abs(serverNowMs() - Date.parse("2030-01-01T08:00:00Z"))).toBeLessThan(5_000);
  restartServerClock(null);
  expect(Math.abs(serverNowMs() - Date.now())).toBeLessThan(1_000);
});
