import { mkdtempSync, rmSync } from "node:fs";
import { request as askHttp, createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BizError } from "@/domain/contracts/errors";
import { LOCAL_ADDRESS } from "@/platform/security/client-address";
import { createSiteClient } from "./site-client";

const ANSWER_MS_MAX = 300;
const folder = mkdtempSync(join(tmpdir(), "downpour-site-client-"));
const socketPath = join(folder, "site.sock");
const site = createSiteClient(socketPath, ANSWER_MS_MAX);
/** What the site did with each page it was asked for, and how forwarding it ended. */
const left: string[] = [];
const ended: string[] = [];

const siteServer = createServer((request, response) => {
  response.once("close", () => left.push(request.url ?? ""));
  if (request.url === "/hangs") return;
  if (request.url !== "/drips") return void response.end("a page");
  // Never silent for as long as an idle connection may be, and never at its end.
  const drip = setInterval(() => response.write("."), ANSWER_MS_MAX / 10);
  response.once("close", () => clearInterval(drip));
});
const web = createServer((request, response) => {
  site.forward(request, response, { address: LOCAL_ADDRESS, traceId: "0".repeat(32) }).then(
    () => ended.push("resolved"),
    (error: unknown) => {
      ended.push(error instanceof BizError ? error.bizName : String(error));
      response.writeHead(503).end();
    },
  );
});
const listen = (server: Server, where: string | number) =>
  new Promise<void>((resolve) => void server.listen(where, resolve));

beforeAll(async () => {
  await listen(siteServer, socketPath);
  await listen(web, 0);
});
afterAll(async () => {
  site.close();
  for (const server of [web, siteServer]) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
  rmSync(folder, { recursive: true, force: true });
});

/** The status of the answer, and whether it came to its end. */
const get = (path: string) =>
  new Promise<string>((resolve, reject) => {
    const { port } = web.address() as AddressInfo;
    const asked = askHttp({ port, path, agent: false }, (answer) => {
      answer.resume();
      answer.on("error", () => {});
      answer.on("close", () => resolve(`${answer.statusCode} ${answer.complete ? "whole" : "cut off"}`));
    });
    asked.on("error", reject);
    asked.end();
  });

describe("a page of the site", () => {
  it("has come or is given up after its time, whether the site is silent or never comes to an end", async () => {
    expect(await get("/")).toBe("200 whole");
    expect(await get("/hangs")).toBe("503 whole");
    // What came was only a part, and must not look whole.
    expect(await get("/drips")).toBe("200 cut off");
    expect(ended).toEqual(["resolved", "UNAVAILABLE", "resolved"]);
    await expect.poll(() => left).toEqual(["/", "/hangs", "/drips"]);
  });
});
