/**
 * Close and error codes of the Pusher Channels protocol
 * (https://pusher.com/docs/channels/library_auth_reference/pusher-websockets-protocol/#error-codes).
 * A client does not come back after 4000–4099, waits after 4100–4199, returns at once after 4200–4299. `pusher-js`
 * never returns after 4300 and above either, so those go into a `pusher:error` only.
 */
export const Code = {
  appUnknown: 4001,
  appDisabled: 4003,
  appConnectionLimit: 4004,
  pathUnknown: 4005,
  versionMalformed: 4006,
  versionUnsupported: 4007,
  versionMissing: 4008,
  unauthorised: 4009,
  overCapacity: 4100,
  reconnectNow: 4200,
  noPong: 4201,
  clientEventRate: 4301,
  watchlistLimit: 4302,
} as const;
