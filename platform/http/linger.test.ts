import { createServer, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BizError } from "@/domain/contracts/errors";
import { readBody, sendError } from "./json";
import { lingerWhenClosing } from "./linger";

const MEGABYTE = 1024 * 1024;
let server: Server;
let port: number;
beforeAll(async () => {
  server = createServer((request, response) => {
    const answer =
      request.url === "/unread"
        ? Promise.reject(new BizError("NOT_FOUND"))
        : readBody(request, 1_000).then((body) => response.end(`got ${body.length}`));
    answer.catch((error: unknown) => {
      if (!request.complete) response.setHeader("connection", "close");
      sendError(response, error, "t");
    });
  });
  lingerWhenClosing(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

/** Sends all it has before it reads anything, as many clients do, and returns the status or what broke. */
function post(path: string, bytes: number, isChunked: boolean): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1").pause();
    const received: string[] = [];
    socket.on("data", (data) => received.push(data.toString()));
    socket.on("error", reject);
    socket.on("close", () => resolve(Number(/^HTTP\/1\.1 (\d+)/.exec(received.join(""))?.[1] ?? 0)));
    const how = isChunked ? "transfer-encoding: chunked" : `content-length: ${bytes}`;
    socket.write(`POST ${path} HTTP/1.1\r\nhost: a\r\n${how}\r\n\r\n`);
    const part = Buffer.alloc(MEGABYTE, "x");
    for (let left = bytes; left > 0; left -= part.length) {
      const data = part.subarray(0, Math.min(left, part.length));
      socket.write(
        isChunked
          ? Buffer.concat([Buffer.from(`${data.length.toString(16)}\r\n`), data, Buffer.from("\r\n")])
          : data,
      );
    }
    // Read only now: an answer that the connection took with it when it broke is gone.
    socket.write(isChunked ? "0\r\n\r\n" : "", () => socket.end().resume());
  });
}

describe("a body that is not wanted", () => {
  it.each([
    ["as long as it says", "/", 8 * MEGABYTE, false, 413],
    ["of megabytes, in chunks", "/", 8 * MEGABYTE, true, 413],
    ["just too long", "/", 1_001, false, 413],
    ["behind a refusal that did not look at it", "/unread", 8 * MEGABYTE, false, 404],
    ["in chunks behind such a refusal", "/unread", 4 * MEGABYTE, true, 404],
    ["that is wanted", "/", 1_000, false, 200],
  ] as const)(
    "is read and dropped, and its sender hears why: %s",
    async (_, path, bytes, isChunked, status) => {
      for (let i = 0; i < 5; i++) expect(await post(path, bytes, isChunked)).toBe(status);
    },
  );

  it("closes the connection, also where its sender never ends", async () => {
    const socket = connect(port, "127.0.0.1");
    const received: string[] = [];
    socket.on("data", (data) => received.push(data.toString()));
    const closed = new Promise((resolve) => socket.on("close", resolve));
    socket.write(`POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1000000000\r\n\r\n${"x".repeat(2_000)}`);
    await new Promise((resolve) => socket.once("end", resolve));
    expect(received.join("")).toMatch(/^HTTP\/1.1 413 .*connection: close/is);
    // It goes on sending, and is cut off at a bound.
    const part = Buffer.alloc(MEGABYTE, "x");
    socket.on("error", () => {});
    const more = () => {
      while (!socket.destroyed && socket.write(part));
      if (!socket.destroyed) socket.once("drain", more);
    };
    more();
    await closed;
  });
});
