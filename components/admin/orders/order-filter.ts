import type { GiftSearchInput } from "@/domain/contracts/gift";
import { GIFT_COINS_MAX } from "@/domain/rules/money";

export const ORDER_STATUSES = ["settled", "failed", "refunded"] as const;

/** What the fields of the form hold: texts, as they stand in the address. Times are instants there. */
export const ORDER_FIELDS = [
  "q",
  "status",
  "gift",
  "viewer",
  "room",
  "coinsMin",
  "coinsMax",
  "from",
  "to",
] as const;
export type OrderFields = Partial<Record<(typeof ORDER_FIELDS)[number], string>>;

/** Links to one order name it, not a search. */
const ALIASES: Partial<Record<keyof OrderFields, string>> = { q: "giftOrderId" };

export function readFields(params: { get(name: string): string | null }): OrderFields {
  const fields: OrderFields = {};
  for (const name of ORDER_FIELDS) {
    const value = (params.get(ALIASES[name] ?? name) ?? params.get(name) ?? "").trim();
    if (value !== "") fields[name] = value;
  }
  return fields;
}

export function writeFields(fields: OrderFields): string {
  return new URLSearchParams(Object.entries(fields).filter(([, value]) => value !== "")).toString();
}

/** What the server takes of a text; checked here without its contract, which would come with the page. */
export const ORDER_TEXT_MAX = 64;
const isShort = (text: string) => text.length <= ORDER_TEXT_MAX;
const isCoins = (text: string) => /^\d{1,10}$/.test(text) && Number(text) <= GIFT_COINS_MAX;
const isTime = (text: string) => !Number.isNaN(Date.parse(text)) && text.endsWith("Z");
const FITS: Record<keyof OrderFields, (text: string) => boolean> = {
  q: isShort,
  status: (text) => isStatus(text),
  gift: (text) => /^[a-z][a-z0-9-]{0,31}$/.test(text),
  viewer: isShort,
  room: isShort,
  coinsMin: isCoins,
  coinsMax: isCoins,
  from: isTime,
  to: isTime,
};
const isStatus = (text: string): text is (typeof ORDER_STATUSES)[number] =>
  ORDER_STATUSES.some((status) => status === text);
const toCoins = (text: string | undefined) => (text === undefined ? undefined : Number(text));

/** The fields as the server takes them, or the first field that cannot be read. */
export function toOrderSearch(
  fields: OrderFields,
): { input: Partial<GiftSearchInput> } | { wrong: keyof OrderFields } {
  const wrong = ORDER_FIELDS.find((name) => fields[name] !== undefined && !FITS[name](fields[name]));
  if (wrong) return { wrong };
  const { q, status, gift, viewer, room, coinsMin, coinsMax, from, to } = fields;
  return {
    input: {
      text: q,
      status: status !== undefined && isStatus(status) ? status : undefined,
      giftId: gift,
      viewer,
      room,
      coinsMin: toCoins(coinsMin),
      coinsMax: toCoins(coinsMax),
      from,
      to,
    },
  };
}

/** An instant as a field of local time shows it; empty for what is none. */
export function toLocalTime(iso: string | undefined): string {
  const time = new Date(iso ?? "");
  if (Number.isNaN(time.getTime())) return "";
  const two = (part: number) => String(part).padStart(2, "0");
  const day = `${String(time.getFullYear()).padStart(4, "0")}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  return `${day}T${two(time.getHours())}:${two(time.getMinutes())}`;
}

export function fromLocalTime(local: string): string {
  const time = new Date(local);
  return Number.isNaN(time.getTime()) ? "" : time.toISOString();
}
