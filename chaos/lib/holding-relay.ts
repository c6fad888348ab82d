import { createServer, request as httpRequest } from "node:http";

/** Stands before the push gateway: passes every request on, and can keep answers back while it holds. */
export async function startHoldingRelay(targetPort: number): Promise<{
  port: number;
  /** From now on answers to requests whose body contains `text` are kept back. Resolves at the first that was. */
  hold(text: string): Promise<void>;
  /** Answers pass again; those kept back are lost. */
  release(): void;
  close(): Promise<void>;
}> {
  let held: { text: string; reached: () => void } | undefined;
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => {
      const body = Buffer.concat(chunks);
      const forward = httpRequest(
        {
          host: "127.0.0.1",
          port: targetPort,
          path: incoming.url,
          method: incoming.method,
          headers: incoming.headers,
        },
        (answer) => {
          const parts: Buffer[] = [];
          answer.on("data", (part: Buffer) => parts.push(part));
          answer.on("end", () => {
            if (held && body.includes(held.text)) {
              held.reached();
              return;
            }
            outgoing.writeHead(answer.statusCode ?? 502, answer.headers).end(Buffer.concat(parts));
          });
        },
      );
      forward.on("error", () => outgoing.writeHead(502).end());
      forward.end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    port: typeof address === "object" && address ? address.port : 0,
    hold: (text) =>
      new Promise((resolve) => {
        held = { text, reached: resolve };
      }),
    release() {
      held = undefined;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
