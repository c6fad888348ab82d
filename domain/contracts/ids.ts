import { z } from "zod";
import { readableLines } from "./texts";

/** Any uuid; browsers make v7. Upper-case ids name the same thing, so they are folded here, once. */
export const Uuid = z.guid().transform((value) => value.toLowerCase());

/** A uuid in what the platform itself wrote down: folded before, so that reading it is only a comparison. */
export const STORED_UUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/;
export const StoredUuid = z.string().regex(STORED_UUID);

/** What a signed call is known by: a uuid, to the letter as it was sent. */
export const NONCE = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i;

/** A catalogue id: short, lower-case, stable. */
export const GIFT_ID = /^[a-z][a-z0-9-]{0,31}$/;
export const GiftId = z.string().regex(GIFT_ID, "must be a gift id");

/** The number of a row: of so many digits that it is itself as a `number`, too. */
export const RowNumber = z.string().regex(/^\d{1,15}$/, "must be the number of a row");

export const TRACE_ID = /^[\da-f]{32}$/;
export const TraceId = z.string().regex(TRACE_ID);
export const IsoTime = z.iso.datetime();
/** What `IsoTime` takes. */
export const ISO_TIME = z.regexes.datetime({});
export const Locale = z.enum(["en", "zh"]);
export type Locale = z.infer<typeof Locale>;

export const Role = z.enum(["guest", "viewer", "anchor", "operator"]);
export type Role = z.infer<typeof Role>;

/** Why an operator does something; it stays in the audit log. */
export const OperatorReason = readableLines(500);
