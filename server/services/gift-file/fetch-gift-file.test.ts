import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { isPublicAddress } from "@/platform/security/public-address";
import { makeSvga } from "@/server/testing/svga-files";
import { TEST_TLS } from "@/server/testing/test-tls";
import { fetchGiftFile, type Outside } from "./fetch-gift-file";
import { GIFT_FILE_BYTES_MAX } from "./read-svga";

const ORIGIN = "https://downpour.example";
const SHARED = { "access-control-allow-origin": "*" };

let server: Server;
let base = "";
let answer: (request: IncomingMessage, response: ServerResponse) => void;
let asked: IncomingMessage[] = [];

beforeAll(async () => {
  server = createServer(TEST_TLS, (request, response) => {
    asked.push(request);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `https://files.example:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));
beforeEach(() => {
  asked = [];
});

/** An internet in which this machine's loopback is what is public, and every name leads there unless told otherwise. */
const outside = (changes: Partial<Outside> = {}): Outside => ({
  resolve: async () => ["127.0.0.1"],
  isPublic: (address) => address === "127.0.0.1",
  isAllowed: (url) => url.startsWith("https://"),
  ca: TEST_TLS.cert,
  ...changes,
});
const fetchFrom = (url: string, changes?: Partial<Outside>) => fetchGiftFile(url, ORIGIN, outside(changes));
const redirects = (location: string) => (_: IncomingMessage, response: ServerResponse) => {
  response.writeHead(302, { location }).end();
};

describe("a file is fetched", () => {
  it("as a page would: once, with the page's origin", async () => {
    const file = makeSvga();
    answer = (_, response) => response.writeHead(200, SHARED).end(file);
    expect(await fetchFrom(`${base}/red.svga`)).toEqual(file);
    expect(asked.map(({ url, headers }) => [url, headers.origin, headers.cookie])).toEqual([
      ["/red.svga", ORIGIN, undefined],
    ]);
  });

  it.each([301, 302, 303, 307, 308])("after a redirect with %i", async (status) => {
    answer = ({ url }, response) =>
      url === "/old"
        ? response.writeHead(status, { location: "/new" }).end()
        : response.writeHead(200, { "access-control-allow-origin": ORIGIN }).end("file");
    expect((await fetchFrom(`${base}/old`)).toString()).toBe("file");
  });
});

describe("nothing is fetched from a machine that is not public", () => {
  it.each([
    "https://127.0.0.1/x.svga",
    "https://[::1]/x.svga",
    "https://[::ffff:10.0.0.1]/x.svga",
    "https://169.254.169.254/latest/meta-data",
    "https://10.1.2.3:6379/",
    "https://0x7f.1/x.svga",
    "https://2130706433/x.svga",
  ])("named by its address: %s", async (url) => {
    await expect(fetchFrom(url, { isPublic: isPublicAddress })).rejects.toMatchObject({
      reason: "privateAddress",
    });
    expect(asked).toEqual([]);
  });

  it.each([
    ["its only one", ["10.0.0.7"]],
    ["its only one, IPv6", ["fd00::7"]],
    ["one among public ones", ["93.184.216.34", "127.0.0.1"]],
    ["an IPv4 one within IPv6", ["::ffff:192.168.0.1"]],
  ])("named by a host whose address is %s", async (_, addresses) => {
    await expect(
      fetchFrom(`${base}/x.svga`, { isPublic: isPublicAddress, resolve: async () => addresses }),
    ).rejects.toMatchObject({ reason: "privateAddress" });
    expect(asked).toEqual([]);
  });

  it.each([
    ["its address", "https://10.0.0.1/x.svga"],
    ["its host", "https://half.example/x.svga"],
    ["the address of a cloud's own service", "https://169.254.169.254/latest/meta-data"],
    ["a host without a scheme", "//half.example/x.svga"],
  ])("named in a redirect by %s", async (_, location) => {
    answer = redirects(location);
    await expect(
      fetchFrom(`${base}/x.svga`, {
        resolve: async (host) => (host === "half.example" ? ["192.168.1.5"] : ["127.0.0.1"]),
      }),
    ).rejects.toMatchObject({ reason: "privateAddress" });
    expect(asked).toHaveLength(1);
  });

  it("though its name led somewhere else when it was looked up before: it is connected to what was looked at", async () => {
    let lookUps = 0;
    answer = (_, response) => response.writeHead(200, SHARED).end("file");
    const resolve = async () => (++lookUps === 1 ? ["127.0.0.1"] : ["10.0.0.1"]);
    expect((await fetchFrom(`${base}/x.svga`, { resolve })).toString()).toBe("file");
    expect(lookUps).toBe(1);
  });
});

describe("a fetch is refused", () => {
  it.each([
    ["without TLS", "http://files.example/x.svga"],
    ["of a file", "file:///etc/passwd"],
    ["of data", "data:text/plain,hello"],
  ])("where a redirect leads to an address %s", async (_, location) => {
    answer = redirects(location);
    await expect(fetchFrom(`${base}/x.svga`)).rejects.toMatchObject({ reason: "redirectRefused" });
  });

  it("where a redirect leads to a host that pages may not load from", async () => {
    answer = redirects("https://other.example/x.svga");
    await expect(
      fetchFrom(`${base}/x.svga`, { isAllowed: (url) => url.startsWith(base) }),
    ).rejects.toMatchObject({ reason: "redirectRefused", detail: "other.example" });
  });

  it("where redirects come to no end", async () => {
    answer = redirects("/again");
    await expect(fetchFrom(`${base}/x.svga`)).rejects.toMatchObject({ reason: "tooManyRedirects" });
    expect(asked).toHaveLength(4);
  });

  it.each([
    ["says so", { "content-length": String(GIFT_FILE_BYTES_MAX + 1) }],
    ["does not say so", {}],
  ])("of a file that is too large and %s", async (_, headers) => {
    answer = (__, response) => {
      response.writeHead(200, { ...SHARED, ...headers });
      response.end(Buffer.alloc(GIFT_FILE_BYTES_MAX + 1));
    };
    await expect(fetchFrom(`${base}/x.svga`)).rejects.toMatchObject({ reason: "tooLarge" });
  });

  it.each([
    ["unreachable", "404", 404, SHARED],
    ["unreachable", "500", 500, SHARED],
    ["unreachable", "304", 304, SHARED],
    ["notShared", undefined, 200, {}],
    ["notShared", undefined, 200, { "access-control-allow-origin": "https://another.example" }],
    ["wrongType", "html", 200, { ...SHARED, "content-type": "text/html; charset=utf-8" }],
  ])("as %s (%s) of an answer of %i with %j", async (reason, detail, status, headers) => {
    answer = (_, response) => response.writeHead(status, headers).end();
    await expect(fetchFrom(`${base}/x.svga`)).rejects.toMatchObject({ reason, detail });
  });

  it("where there is no such host, nobody listens, or the certificate is another's", async () => {
    const nowhere = async () => Promise.reject(new Error("ENOTFOUND"));
    await expect(fetchFrom(`${base}/x`, { resolve: nowhere })).rejects.toMatchObject({
      reason: "unreachable",
    });
    await expect(fetchFrom("https://files.example:1/x")).rejects.toMatchObject({ detail: "ECONNREFUSED" });
    await expect(fetchFrom(base.replace("files", "stranger"))).rejects.toMatchObject({
      reason: "unreachable",
      detail: "ERR_TLS_CERT_ALTNAME_INVALID",
    });
  });

  it.each<[string, Partial<Outside>, (response: ServerResponse) => void]>([
    ["its name", { resolve: () => new Promise(() => {}) }, () => {}],
    ["the answer", {}, () => {}],
    ["the rest of the file", {}, (response) => response.writeHead(200, SHARED).write("half")],
  ])("where %s never comes", async (_, changes, begin) => {
    answer = (__, response) => begin(response);
    await expect(fetchGiftFile(`${base}/x.svga`, ORIGIN, outside(changes), 300)).rejects.toMatchObject({
      reason: "tooSlow",
    });
  });

  it("where the answer breaks off", async () => {
    answer = (_, response) => {
      response.writeHead(200, { ...SHARED, "content-length": "1000" });
      response.write("half");
      response.destroy();
    };
    await expect(fetchFrom(`${base}/x.svga`)).rejects.toMatchObject({ reason: "unreachable" });
  });
});
