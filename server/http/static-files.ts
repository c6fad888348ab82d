import { existsSync, readdirSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { extname, join } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { COMMON_HEADERS } from "@/platform/http/security-headers";

export const STATIC_BASE_PATH = "/_next/static/";
const ICON_PATH = "/icon.svg";

const TYPES: Readonly<Record<string, string>> = {
  ".js": "application/javascript; charset=UTF-8",
  ".css": "text/css; charset=UTF-8",
  ".json": "application/json; charset=UTF-8",
  ".map": "application/json; charset=UTF-8",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=UTF-8",
  ".woff2": "font/woff2",
  ".woff": "font/woff",
  ".wasm": "application/wasm",
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".webp": "image/webp",
  ".avif": "image/avif",
  ".ico": "image/x-icon",
};
/** What is not compressed by itself. */
const COMPRESSIBLE = /^(text|application\/(javascript|json|wasm)|image\/svg)/;
/** Names carry a hash of what is in them. */
const FOREVER = "public, max-age=31536000, immutable";
const FOR_AN_HOUR = "public, max-age=3600";

interface StaticFile {
  file: string;
  type: string;
  cacheControl: string;
}
interface Content {
  plain: Buffer;
  zipped: Buffer | undefined;
}

export interface StaticFiles {
  /** Answers for a file that the build made; false for any other path. */
  answer(path: string, request: IncomingMessage, response: ServerResponse): boolean;
}

/**
 * Scripts, styles and fonts of the pages, out of memory: a page that is open must get them however busy the site thread
 * is. Only what the build listed can be had, by exactly its name, and its few megabytes are read once.
 */
export function openStaticFiles(buildDir: string): StaticFiles {
  const files = listFiles(buildDir);
  const contents = new Map<string, Promise<Content>>();

  function read({ file, type }: StaticFile): Promise<Content> {
    let content = contents.get(file);
    if (!content) {
      content = readContent(file, type);
      contents.set(file, content);
      content.catch(() => contents.delete(file));
    }
    return content;
  }

  return {
    answer(path, request, response) {
      const found = files.get(path);
      if (!found) return false;
      read(found).then(
        (content) => send(found, content, request, response),
        () => response.destroy(),
      );
      return true;
    },
  };
}

function listFiles(buildDir: string): Map<string, StaticFile> {
  const files = new Map<string, StaticFile>();
  const root = join(buildDir, "static");
  if (existsSync(root)) {
    for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const file = join(entry.parentPath, entry.name);
      const path = STATIC_BASE_PATH + file.slice(root.length + 1).replaceAll("\\", "/");
      const type = TYPES[extname(entry.name)];
      if (type) files.set(path, { file, type, cacheControl: FOREVER });
    }
  }
  const icon = join(buildDir, "server", "app", "icon.svg.body");
  if (existsSync(icon)) {
    files.set(ICON_PATH, { file: icon, type: "image/svg+xml", cacheControl: FOR_AN_HOUR });
  }
  return files;
}

async function readContent(file: string, type: string): Promise<Content> {
  const plain = await readFile(file);
  const zipped = COMPRESSIBLE.test(type) ? await promisify(gzip)(plain) : undefined;
  return { plain, zipped: zipped && zipped.length < plain.length ? zipped : undefined };
}

function send(
  { type, cacheControl }: StaticFile,
  { plain, zipped }: Content,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  if (response.destroyed || response.headersSent) return;
  const isZipped = zipped !== undefined && /\bgzip\b/.test(request.headers["accept-encoding"] ?? "");
  const body = isZipped ? zipped : plain;
  response.writeHead(200, {
    ...COMMON_HEADERS,
    "content-type": type,
    "content-length": body.length,
    "cache-control": cacheControl,
    ...(zipped ? { vary: "accept-encoding" } : {}),
    ...(isZipped ? { "content-encoding": "gzip" } : {}),
  });
  response.end(request.method === "HEAD" ? undefined : body);
}

/** Whether pages are built ahead, as in production. */
export function findBuildDir(root: string): string | undefined {
  const buildDir = join(root, ".next");
  return existsSync(join(buildDir, "BUILD_ID")) && readFileSync(join(buildDir, "BUILD_ID")).length > 0
    ? buildDir
    : undefined;
}
