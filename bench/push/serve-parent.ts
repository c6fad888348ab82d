/** The other end: answers each request with what `handle` makes of it. */
export function serveParent<Request>(handle: (request: Request) => Promise<object> | object): void {
  const answer = async ({ id, request }: { id: number; request: Request }) => {
    process.send?.({ id, reply: await handle(request) });
  };
  process.on("message", (message: { id: number; request: Request }) => void answer(message));
  process.on("disconnect", () => process.exit(0));
}
