import { ENV_NAMES, type Env, isGiven } from "./env";

/** Names whose value nobody is shown; of addresses only where they lead. */
const SECRET_NAME = /SECRET|KEY|TOKEN|PASSWORD|PUSH_APPS$/;
const ADDRESS_NAME = /_URL$/;

export interface DescribedSetting {
  name: keyof Env;
  /** Null where it is a secret, or is not set. */
  value: string | null;
  source: "environment" | "default" | "unset";
  isSecret: boolean;
}

/** Every setting with where it comes from, for people: no secret, and of an address no more than where it leads. */
export function describeSettings(
  settings: Env,
  wasGiven: (name: string) => boolean = isGiven,
): DescribedSetting[] {
  return ENV_NAMES.map((name) => {
    const isSecret = SECRET_NAME.test(name);
    const text = settings[name] === undefined ? null : String(settings[name]);
    const source = wasGiven(name) ? "environment" : text === null ? "unset" : "default";
    return { name, isSecret, source, value: isSecret || text === null ? null : showPlain(name, text) };
  });
}

function showPlain(name: string, text: string): string {
  if (!ADDRESS_NAME.test(name) || text === "") return text;
  try {
    const { protocol, host } = new URL(text);
    return `${protocol}//${host}`;
  } catch {
    return "…";
  }
}
