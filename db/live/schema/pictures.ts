import { customType, index, integer, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { at } from "../../columns";
import { users } from "./users";

const bytes = customType<{ data: Buffer }>({ dataType: () => "bytea" });

/**
 * Pictures that people uploaded, as we drew them anew: one of each kind a person. They are had by the hash of what is in
 * them, so that an address always shows the same.
 */
export const pictures = pgTable(
  "pictures",
  {
    ownerId: uuid("owner_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    kind: text("kind", { enum: ["avatar", "cover"] }).notNull(),
    /** SHA-256 of the bytes, in hex. */
    hash: text("hash").notNull(),
    /** WebP. */
    bytes: bytes("bytes").notNull(),
    sizeBytes: integer("size_bytes").notNull(),
    uploadedAt: at("uploaded_at").notNull(),
  },
  (t) => [primaryKey({ columns: [t.ownerId, t.kind] }), index("pictures_hash").on(t.hash)],
);
