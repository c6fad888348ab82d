import ipaddr from "ipaddr.js";
import type { CheckedSettings } from "./checked-settings";

export const listOf = (text: string) =>
  text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
export const decode = (text: string) => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};
export const parseUrl = (text: string) => (URL.canParse(text) ? new URL(text) : undefined);
export const hostOf = (url: string) => parseUrl(url)?.hostname ?? "";
export const schemeOf = (url: string) => parseUrl(url)?.protocol ?? "";
export const originOf = (url: string) => parseUrl(url)?.origin ?? "";
const bare = (host: string) =>
  host
    .replace(/^\[|\]$/g, "")
    .replace(/\.$/, "")
    .toLowerCase();

/** Whether only this machine can reach it. */
export function isLoopback(host: string): boolean {
  const name = bare(host);
  if (name === "localhost" || name.endsWith(".localhost")) return true;
  return ipaddr.isValid(name) && ipaddr.process(name).range() === "loopback";
}

export function mayBePlain(
  settings: Pick<CheckedSettings, "ALLOW_PLAINTEXT_ON_PRIVATE_NETWORK">,
  host: string,
): boolean {
  return settings.ALLOW_PLAINTEXT_ON_PRIVATE_NETWORK && isPrivate(host);
}

/** Addresses of private networks, and names that only such a network gives. */
function isPrivate(host: string): boolean {
  const name = bare(host);
  if (ipaddr.isValid(name))
    return ["private", "uniqueLocal", "linkLocal"].includes(ipaddr.process(name).range());
  return (
    !name.includes(".") || /\.(internal|local|lan|svc)$/.test(name) || name.endsWith(".svc.cluster.local")
  );
}
