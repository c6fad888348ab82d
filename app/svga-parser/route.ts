import { readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * The worker that reads SVGA files, as the `svga` package ships it. It makes code from its schema as it runs, which the
 * policy of pages forbids, so it is a file of its own with a policy of its own (server/http/security-headers.ts).
 */
export const dynamic = "force-static";

export function GET(): Response {
  const source = readFileSync(join(process.cwd(), "node_modules/svga/dist/parser.js"), "utf8");
  return new Response(source, { headers: { "content-type": "text/javascript; charset=utf-8" } });
}
