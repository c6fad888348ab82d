import { createServer, type Server } from "node:http";

interface Delivery {
  headers: Record<string, unknown>;
  rawBody: string;
}

interface WebhookEvent {
  name: string;
  channel: string;
  user_id?: string | number;
  subscription_count?: number;
}

/** Stands for the app's server: answers with the statuses in turn, then with 200. */
export async function startWebhookReceiver(statuses: number[] = []) {
  const deliveries: Delivery[] = [];
  let wake: (() => void) | undefined;
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      deliveries.push({ headers: request.headers, rawBody: Buffer.concat(chunks).toString() });
      response.writeHead(statuses.shift() ?? 200).end();
      wake?.();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const events = () =>
    deliveries.flatMap(({ rawBody }) => (JSON.parse(rawBody) as { events: WebhookEvent[] }).events);
  return {
    deliveries,
    url: `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}/hook`,
    events,
    /** All events received, as soon as the condition holds for them. */
    when: async (isEnough: (events: WebhookEvent[]) => boolean): Promise<WebhookEvent[]> => {
      for (;;) {
        const received = events();
        if (isEnough(received)) return received;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    close: () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  };
}
