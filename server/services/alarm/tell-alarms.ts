import {
  type DueChange,
  markDelivered,
  markFailed,
  takeDueChanges,
} from "@/db/live/queries/alarm-deliveries";
import { backOffMs } from "@/domain/rules/back-off";
import { sharedNowMs } from "@/platform/runtime/shared-clock";
import { signWebhook } from "@/platform/security/standard-webhook";
import { type CallOut, CallOutError, createCallOut } from "../call-out";
import type { Resources } from "../context";

/** At two seconds a try at most, all of them are over before they count as due again. */
const AT_ONCE_MAX = 10;
const HOLD_MS = 60_000;
/** From five seconds to an hour apart: together more than a day. */
const PAUSES = { firstMs: 5_000, maxMs: 3_600_000 };
const TRIES_MAX = 35;
const REASON_MAX = 300;

type TellResources = Pick<Resources, "live" | "log" | "env">;

/** Tells the webhook of alarms, where one is set, what it was not told yet. */
interface AlarmTeller {
  /** Tries what is due once. A receiver that does not take it is asked again later, ever more rarely, for a day. */
  tell(): Promise<void>;
}

export function createAlarmTeller({ live, log, env }: TellResources): AlarmTeller {
  const { ALARM_WEBHOOK_URL: url, ALARM_WEBHOOK_SECRET: secret } = env;
  if (!url) return { tell: async () => {} };
  const callOut = createCallOut("alarm-webhook", { retriesMax: 0 });
  return {
    async tell() {
      for (const change of await takeDueChanges(live, { limit: AT_ONCE_MAX, holdMs: HOLD_MS })) {
        try {
          await post(
            callOut,
            { url, secret, pageUrl: new URL("/admin/alarms", env.PUBLIC_URL).href },
            change,
          );
          await markDelivered(live, change.changeId);
        } catch (error) {
          const reason = describe(error).slice(0, REASON_MAX);
          const isLast = change.tries >= TRIES_MAX;
          const againAfterMs = isLast ? null : Math.round(backOffMs(change.tries - 1, Math.random(), PAUSES));
          log.warn({ changeId: change.changeId, reason, againAfterMs }, "the webhook of alarms took nothing");
          await markFailed(live, { changeId: change.changeId, reason, againAfterMs });
        }
      }
    },
  };
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // What the breaker or the tries made of it says less than what happened.
  return error.cause instanceof Error ? error.cause.message : error.message;
}

interface Receiver {
  url: string;
  secret: string | undefined;
  pageUrl: string;
}

async function post(callOut: CallOut, { url, secret, pageUrl }: Receiver, change: DueChange): Promise<void> {
  const { changeId, alarmId, kind, subject, facts } = change;
  const body = JSON.stringify({
    type: `alarm.${change.change}`,
    timestamp: change.at.toISOString(),
    data: { alarmId, changeId, kind, subject, facts, pageUrl },
  });
  const headers = {
    "content-type": "application/json",
    ...(secret
      ? signWebhook(secret, {
          id: `alarm_change_${changeId}`,
          timestampSeconds: Math.floor(sharedNowMs() / 1_000),
          body,
        })
      : {}),
  };
  await callOut(async (signal) => {
    let response: Response;
    try {
      response = await fetch(url, { method: "POST", headers, body, redirect: "error", signal });
    } catch (error) {
      throw new CallOutError(`The webhook cannot be reached: ${describe(error)}`, { cause: error });
    }
    await response.body?.cancel();
    if (!response.ok) throw new CallOutError(`The webhook answered ${response.status}.`);
  });
}
