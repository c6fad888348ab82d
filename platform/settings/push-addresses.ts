import { listOf } from "./setting-addresses";

export interface PushAddress {
  host: string;
  port: number;
}
/** In the order in which they are tried. */
export type PushAddresses = readonly [PushAddress, ...PushAddress[]];

interface Settings {
  PUSH_API_ADDRESSES?: string;
  PUSHER_HOST: string;
  PUSHER_PORT: number;
  PUSH_API_PORT?: number;
}

/** Where processes publish. */
export function pushAddresses(settings: Settings): PushAddresses {
  const { PUSH_API_ADDRESSES: several, PUSHER_HOST: host, PUSH_API_PORT: apiPort, PUSHER_PORT } = settings;
  return several === undefined ? [{ host, port: apiPort ?? PUSHER_PORT }] : parsePushAddresses(several);
}

/** An IPv6 address stands in brackets. */
const ADDRESS = /^(\[[\da-f:.]+\]|[\w.-]+):(\d{1,5})$/i;

/** Throws an Error that says how addresses are written. */
export function parsePushAddresses(text: string): PushAddresses {
  const [first, ...others] = listOf(text).map((part) => {
    const [, host = "", digits = ""] = ADDRESS.exec(part) ?? [];
    return { host: host.replace(/^\[|\]$/g, ""), port: Number(digits) };
  });
  if (!first || [first, ...others].some(({ host, port }) => host === "" || port < 1 || port > 65_535))
    throw new Error("must be addresses as host:port, separated by commas");
  return [first, ...others];
}
