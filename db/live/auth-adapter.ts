import { drizzleAdapter } from "better-auth/adapters/drizzle";
import { v7 as uuidv7 } from "uuid";
import type { LiveDb } from "@/db/client";
import { authAccounts, authSessions, authVerifications, users } from "@/db/live/schema";
import type { PhoneSeal } from "@/platform/security/phone-seal";

/** Names of our tables as better-auth knows its models by. */
export const AUTH_MODELS = {
  user: "users",
  session: "auth_sessions",
  account: "auth_accounts",
  verification: "auth_verifications",
} as const;

/** Where better-auth's `phoneNumber` stands, and the column beside it that it must know of to write it. */
export const PHONE_FIELDS = { index: "phoneIndex", cipher: "phoneCipher" } as const;

type AdapterFactory = ReturnType<typeof drizzleAdapter>;
type Adapter = ReturnType<AdapterFactory>;
type Where = NonNullable<Parameters<Adapter["findMany"]>[0]["where"]>;
type Row = Record<string, unknown>;

/**
 * better-auth's store over our tables. It asks for people by phone number and writes phone numbers, as if they stood
 * there; what stands there is a blind index and a sealed number. It is given none of them back: what it does not know
 * is in no answer and in no cookie.
 */
export function createAuthAdapter(db: LiveDb, phones: PhoneSeal): AdapterFactory {
  const createAdapter = drizzleAdapter(db.orm, {
    provider: "pg",
    schema: {
      [AUTH_MODELS.user]: users,
      [AUTH_MODELS.session]: authSessions,
      [AUTH_MODELS.account]: authAccounts,
      [AUTH_MODELS.verification]: authVerifications,
    },
  });
  return (options) => sealPhones(createAdapter(options), phones);
}

const isUser = (model: string) => model === "user" || model === AUTH_MODELS.user;

/** Whatever is asked about a number, only those who have exactly this one can be found by it. */
function sealWhere<W extends Where | undefined>(model: string, where: W, phones: PhoneSeal): W {
  if (!isUser(model) || !where) return where;
  const index = (value: unknown) => (typeof value === "string" ? phones.index(value) : value);
  return where.map((clause) => {
    if (clause.field !== "phoneNumber") return clause;
    const { value } = clause;
    return { ...clause, value: Array.isArray(value) ? value.map(index) : index(value) };
  }) as W;
}

function sealRow<D extends Row>(data: D, userId: string | undefined, phones: PhoneSeal): D {
  const { phoneNumber } = data;
  if (phoneNumber === undefined) return data;
  if (phoneNumber === null) return { ...data, [PHONE_FIELDS.cipher]: null };
  if (typeof phoneNumber !== "string" || userId === undefined) {
    throw new Error("A phone number belongs to one person, who has to be named by id.");
  }
  return {
    ...data,
    phoneNumber: phones.index(phoneNumber),
    [PHONE_FIELDS.cipher]: phones.seal(userId, phoneNumber),
  };
}

/** Wraps each way in and out of the store; better-auth's own code above it stays as it is. */
function sealPhones(adapter: Adapter, phones: PhoneSeal): Adapter {
  const openUser = (row: Row): Row => {
    const { [PHONE_FIELDS.cipher]: _sealed, phoneNumber: _index, ...rest } = row;
    return rest;
  };
  /** A row of the user model, or of another with its user joined to it. */
  const openRow = <T>(model: string, row: T): T => {
    if (row === null || typeof row !== "object") return row;
    if (isUser(model)) return openUser(row as Row) as T;
    const { user } = row as { user?: unknown };
    return user !== null && typeof user === "object" ? { ...row, user: openUser(user as Row) } : row;
  };
  const idIn = (where: Where) =>
    where.length === 1 && where[0]?.field === "id" && typeof where[0].value === "string"
      ? where[0].value
      : undefined;
  return {
    ...adapter,
    async create(input) {
      if (!isUser(input.model)) return adapter.create(input);
      const given = input.data as Row;
      const id = typeof given.id === "string" && input.forceAllowId ? given.id : uuidv7();
      const data = { ...sealRow(given, id, phones), id } as unknown as typeof input.data;
      return openRow(input.model, await adapter.create({ ...input, data, forceAllowId: true }));
    },
    async findOne(input) {
      const where = sealWhere(input.model, input.where, phones);
      return openRow(input.model, await adapter.findOne({ ...input, where })) as never;
    },
    async findMany(input) {
      const where = sealWhere(input.model, input.where, phones);
      const rows = await adapter.findMany<Row>({ ...input, where });
      return rows.map((row) => openRow(input.model, row)) as never;
    },
    count: (input) => adapter.count({ ...input, where: sealWhere(input.model, input.where, phones) }),
    async update(input) {
      const where = sealWhere(input.model, input.where, phones);
      const update = isUser(input.model) ? sealRow(input.update, idIn(input.where), phones) : input.update;
      return openRow(input.model, await adapter.update({ ...input, where, update })) as never;
    },
    updateMany: (input) =>
      adapter.updateMany({
        ...input,
        where: sealWhere(input.model, input.where, phones),
        update: isUser(input.model) ? sealRow(input.update, undefined, phones) : input.update,
      }),
    delete: (input) => adapter.delete({ ...input, where: sealWhere(input.model, input.where, phones) }),
    deleteMany: (input) =>
      adapter.deleteMany({ ...input, where: sealWhere(input.model, input.where, phones) }),
    async consumeOne(input) {
      const where = sealWhere(input.model, input.where, phones);
      return openRow(input.model, await adapter.consumeOne({ ...input, where })) as never;
    },
    async incrementOne(input) {
      const where = sealWhere(input.model, input.where, phones);
      return openRow(input.model, await adapter.incrementOne({ ...input, where })) as never;
    },
    transaction: (work) =>
      adapter.transaction((inside) => work(sealPhones(inside as Adapter, phones) as typeof inside)),
  };
}
