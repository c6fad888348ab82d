import type { z } from "zod";
import { BizError } from "@/domain/contracts/errors";

/** Page cursors are opaque to clients: JSON in base64url. */
export function encodeCursor(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

/** Throws INVALID_INPUT on `cursor` when it is not one of ours. */
export function decodeCursor<S extends z.ZodType>(schema: S, cursor: string | undefined): z.infer<S> | null {
  if (cursor === undefined) return null;
  try {
    return schema.parse(JSON.parse(Buffer.from(cursor, "base64url").toString("utf8")));
  } catch {
    throw new BizError("INVALID_INPUT", { field: "cursor" });
  }
}
