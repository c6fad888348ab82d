import type { IncomingMessage, ServerResponse } from "node:http";
import { BizError } from "@/domain/contracts/errors";
import type { Role } from "@/domain/contracts/ids";
import { PICTURE_BYTES_MAX, type PictureKind } from "@/domain/contracts/picture";
import { readBody, sendJson } from "@/platform/http/json";
import { COMMON_HEADERS } from "@/platform/http/security-headers";
import type { Ctx, Resources } from "../services/context";
import { allowUpload, MEDIA_BASE_PATH, readPicture, setPicture } from "../services/picture/set-picture";
import { sendText } from "./plain-text";

/** `POST` with the bytes of a picture as the body. */
const UPLOADS: ReadonlyMap<string, { kind: PictureKind; roles: readonly Role[] }> = new Map([
  ["/api/picture/avatar", { kind: "avatar", roles: ["viewer", "anchor", "operator"] }],
  ["/api/picture/cover", { kind: "cover", roles: ["anchor"] }],
]);
/** Who may upload what. */
export const UPLOAD_ROLES: readonly (readonly [string, readonly Role[]])[] = [...UPLOADS].map(
  ([path, { roles }]) => [path, roles] as const,
);

/** Takes an upload. Returns false for any other path. Throws before the body is read when the caller may not. */
export async function handleUpload(
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
  ctx: Ctx,
): Promise<boolean> {
  const upload = UPLOADS.get(path);
  if (!upload || request.method !== "POST") return false;
  const { session } = ctx;
  if (!session) throw new BizError("UNAUTHENTICATED");
  if (!upload.roles.includes(session.role)) throw new BizError("FORBIDDEN");
  await allowUpload({ ...ctx, session });
  const body = await readBody(request, PICTURE_BYTES_MAX);
  sendJson(response, 200, await setPicture({ ...ctx, session }, upload.kind, body));
  return true;
}

const MEDIA_PATH = /^([\da-f]{64})\.webp$/;

/** Answers `GET /media/<hash>.webp`: a picture that we drew, and nothing that a browser could take for anything else. */
export async function handleMedia(
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
  resources: Pick<Resources, "live">,
): Promise<void> {
  const hash = MEDIA_PATH.exec(path.slice(MEDIA_BASE_PATH.length))?.[1];
  const bytes = hash && (await readPicture(resources, hash));
  if (!bytes) {
    sendText(request, response, 404, "Not found.");
    return;
  }
  const etag = `"${hash}"`;
  const headers = {
    ...COMMON_HEADERS,
    etag,
    "cache-control": "public, max-age=31536000, immutable",
    "content-security-policy": "default-src 'none'; sandbox",
    "cross-origin-resource-policy": "same-origin",
  };
  if (request.headers["if-none-match"] === etag) {
    response.writeHead(304, headers).end();
    return;
  }
  response.writeHead(200, { ...headers, "content-type": "image/webp", "content-length": bytes.length });
  response.end(request.method === "HEAD" ? undefined : bytes);
}
