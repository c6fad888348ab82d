/** The other end: answers each request with what `handle` makes of it, or with what went wrong. */
export function serveParent<Request>(handle: (request: Request) => Promise<object> | object): void {
  const answer = async ({ id, request }: { id: number; request: Request }) => {
    try {
      process.send?.({ id, reply: await handle(request) });
    } catch (error) {
      process.send?.({
        id,
        problem: error instanceof Error ? (error.stack ?? error.message) : String(error),
      });
    }
  };
  process.on("message", (message: { id: number; request: Request }) => void answer(message));
  process.on("disconnect", () => process.exit(0));
}
