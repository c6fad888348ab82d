import type PusherServer from "pusher";
import Pusher, { type Options } from "pusher-js";
import type { App } from "../apps";
import { TEST_APP } from "./test-gateway";

/** The unmodified client library of Node, with the app's server library in place of its auth endpoints. */
export function newPusherClient(
  port: number,
  server: PusherServer,
  identity: {
    presence?: { user_id: string; user_info?: Record<string, unknown> };
    user?: { id: string; watchlist?: string[] };
    app?: App;
  } = {},
  options: Partial<Options> = {},
): Pusher {
  return new Pusher((identity.app ?? TEST_APP).key, {
    cluster: "",
    wsHost: "127.0.0.1",
    wsPort: port,
    forceTLS: false,
    enabledTransports: ["ws"],
    channelAuthorization: {
      customHandler: ({ socketId, channelName }, callback) => {
        const member = channelName.startsWith("presence-") ? identity.presence : undefined;
        callback(null, server.authorizeChannel(socketId, channelName, member));
      },
    },
    userAuthentication: {
      customHandler: ({ socketId }, callback) => {
        callback(null, server.authenticateUser(socketId, identity.user ?? { id: "nobody" }));
      },
    },
    ...options,
  });
}

interface Bindable {
  bind: (event: string, callback: (data: never) => void) => unknown;
  unbind: (event: string, callback: (data: never) => void) => unknown;
}

/** The data of the next event with this name. Ask before causing it. */
export function nextEvent<T>(emitter: Bindable, event: string): Promise<T> {
  return new Promise((resolve) => {
    const callback = (data: T) => {
      emitter.unbind(event, callback);
      resolve(data);
    };
    emitter.bind(event, callback);
  });
}
