/** The other end: answers each request with what `handle` makes of it. */
export function serveParent<Request>(handle: (request: Request) => Promise<object> | object): void {
  process.on("message", async ({ id, request }: { id: number; request: Request }) => {
    process.send?.({ id, reply: await handle(request) });
  });
  process.on("disconnect", () => process.exit(0));
}
