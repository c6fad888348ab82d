import { expect, it } from "vitest";
import { LOCAL_ADDRESS } from "@/platform/security/client-address";
import { CallContext } from "./call-context";
import type { Resources } from "./context";

it("hands on all that the process has opened, and a logger that knows the trace", () => {
  const lines: object[] = [];
  const opened: Record<keyof Resources, unknown> = {
    env: {},
    log: { child: (bindings: object) => ({ info: (line: object) => lines.push({ ...bindings, ...line }) }) },
    live: {},
    finance: {},
    redis: {},
    push: {},
    readers: {},
  };
  const ctx = new CallContext(opened as unknown as Resources, null, "trace", LOCAL_ADDRESS);
  const { log: _, ...rest } = opened;
  for (const [name, resource] of Object.entries(rest)) expect(ctx[name as keyof Resources]).toBe(resource);
  ctx.log.info({ reason: "why" });
  expect(lines).toEqual([{ traceId: "trace", reason: "why" }]);
});
