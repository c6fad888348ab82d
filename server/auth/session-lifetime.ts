import type { Env } from "@/platform/settings/env";

/** How long a session lasts without its owner. */
export const sessionSecondsOf = ({ SESSION_DAYS }: Pick<Env, "SESSION_DAYS">) => SESSION_DAYS * 86_400;
/** How old it gets before it is made to last that long again. */
export const SESSION_RENEWED_AFTER_SECONDS = 86_400;
