import Pusher from "pusher-js";
import type { PushConfig } from "@/push/client/push-config";
import type { SignedIn } from "./people";

/** `GET /api/push/config`, as every page asks it. */
export async function readPushConfigOf(webUrl: string): Promise<PushConfig> {
  const response = await fetch(`${webUrl}/api/push/config`);
  if (!response.ok) throw new Error(`/api/push/config answered ${response.status}.`);
  return (await response.json()) as PushConfig;
}

/** The unmodified client library in the hands of somebody who is signed in. */
export function openPusherAs(webUrl: string, viewer: SignedIn, config: PushConfig): Pusher {
  const authorise = async <T>(path: string, fields: Record<string, string>): Promise<T> => {
    const response = await fetch(`${webUrl}${path}`, {
      method: "POST",
      headers: {
        cookie: viewer.cookie,
        origin: webUrl,
        "content-type": "application/x-www-form-urlencoded",
      },
      body: new URLSearchParams(fields),
    });
    if (!response.ok) throw new Error(`${path} answered ${response.status}.`);
    return (await response.json()) as T;
  };
  const toError = (error: unknown) => (error instanceof Error ? error : new Error(String(error)));
  return new Pusher(config.key, {
    cluster: "",
    wsHost: config.wsHost,
    wsPort: config.wsPort,
    forceTLS: false,
    enabledTransports: ["ws"],
    channelAuthorization: {
      endpoint: "",
      transport: "ajax",
      customHandler: ({ socketId, channelName }, callback) => {
        authorise<{ auth: string }>("/api/push/auth", {
          socket_id: socketId,
          channel_name: channelName,
        }).then(
          (granted) => callback(null, granted),
          (error: unknown) => callback(toError(error), null),
        );
      },
    },
    userAuthentication: {
      endpoint: "",
      transport: "ajax",
      customHandler: ({ socketId }, callback) => {
        authorise<{ auth: string; user_data: string }>("/api/push/user-auth", { socket_id: socketId }).then(
          (granted) => callback(null, granted),
          (error: unknown) => callback(toError(error), null),
        );
      },
    },
  });
}
