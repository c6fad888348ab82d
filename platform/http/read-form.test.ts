import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { readForm } from "./json";

const read = (body: string, contentType = "application/json") =>
  readForm(
    Object.assign(Readable.from([Buffer.from(body)]), {
      headers: { "content-type": contentType },
    }) as unknown as IncomingMessage,
    4_096,
  );

describe("a form as JSON", () => {
  it("keeps every letter of an id", async () => {
    for (const id of ["1.10", "12345678901234567890.1", "1234.5678"]) {
      const form = await read(JSON.stringify({ socket_id: id, channel_name: "private-a" }));
      expect([form.get("socket_id"), form.get("channel_name")]).toEqual([id, "private-a"]);
      expect((await read(`socket_id=${id}`, "application/x-www-form-urlencoded")).get("socket_id")).toBe(id);
    }
  });

  it.each([
    '{"socket_id":1.10,"channel_name":"private-a"}',
    '{"socket_id":12345678901234567890.1}',
    '{"socket_id":1e400}',
    '{"socket_id":["1.1"]}',
    '{"socket_id":{"a":"1.1"}}',
    '{"socket_id":null}',
    '{"__proto__":{"socket_id":"1.1"}}',
    '[["socket_id","1.1"]]',
    '"socket_id=1.1"',
    "7",
    "null",
    "{",
    "",
  ])("is refused where a field is no text: %s", async (body) => {
    await expect(read(body)).rejects.toMatchObject({ bizName: "INVALID_INPUT" });
  });
});
