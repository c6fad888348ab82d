/** Every bound of the gateway. Sizes are bytes, times milliseconds unless the name says otherwise. */
export interface GatewayLimits {
  /** Events of a busy channel are gathered this long and written together; 0 writes each at once. */
  tickMs: number;
  /** Open sockets on this node, all apps together. */
  connectionsMax: number;
  /** New clients of this node: so many at once and then so many a second; 0 lets all in. Others are told to come again. */
  connectsPerSecondMax: number;
  /** Clients that are told to come again are kept waiting a random time up to this, so that they do not come together. */
  refusalHoldMs: number;
  /** Clients kept waiting; more are cut off without a word. */
  refusalsHeldMax: number;
  /** Sockets from one address; 0 is no limit. */
  connectionsPerAddressMax: number;
  /** Attempts from one address, with five seconds' worth at once; 0 is no limit. */
  connectsPerAddressPerSecond: number;
  /** Requests under way from one address, and connections that are no clients (yet), each; 0 is no limit. */
  requestsPerAddressMax: number;
  /** Connections that have not brought a request yet, of all addresses; who has said nothing for longest has to go. */
  silentConnectionsMax: number;
  /** Wrong requests from one address: unknown, or signed by nobody; five seconds' worth at once; 0 is no limit. */
  mistakesPerAddressPerSecond: number;
  /**
   * A client without any channel or user this long has to go when the node, or its app, is fuller than
   * `FULL_SHARE` of what it takes.
   */
  uselessAfterMs: number;
  channelsPerConnectionMax: number;
  presenceMembersMax: number;
  /** One message from a client; a larger one closes the socket with 1009. */
  clientMessageBytesMax: number;
  /** Messages of any kind a socket may send, where leaving a channel counts as several: a bucket of this size ... */
  clientMessageBurst: number;
  /** ... refilled at this rate. */
  clientMessagesPerSecond: number;
  clientEventsPerSecond: number;
  eventDataBytesMax: number;
  httpBodyBytesMax: number;
  /** A connection must have said what it wants in this time, or it is closed. */
  httpHeadersMs: number;
  /** A request must have arrived whole in this time; then its connection is closed. */
  httpRequestMs: number;
  /** What the operating system has not yet taken for one socket; beyond it the reader is too slow and is closed. */
  bufferedBytesMax: number;
  /** What one channel may hold while a broadcast is under way; beyond it publishes are refused. */
  channelPendingBytesMax: number;
  /** After this many bytes a ping goes out behind them, so that its answer tells how far behind the reader is. */
  bytesPerProbe: number;
  /** A reader whose ping is out this long is lagging and gets no low-priority events. */
  laggingAfterMs: number;
  /** Silence after which the server asks whether the client is there; also told to the client. */
  activityTimeoutMs: number;
  /** A ping not answered in this time closes the socket with 4201. */
  pongTimeoutMs: number;
  keepaliveSweepMs: number;
  subscriptionCountMs: number;
  /** A viewer who lost the last socket is counted this long, in which most reload or reconnect. */
  viewerLingerMs: number;
  cacheTtlMs: number;
  /** Last events of all cache channels of an app together; the least used go first. */
  cachedBytesMax: number;
  /** Clients that make do without WebSockets; part of `connectionsMax`. */
  httpSessionsMax: number;
  /** A held request is answered with a heartbeat after this long, sooner than proxies give up. */
  httpHeartbeatMs: number;
  /** How long such a client may have no request open before it counts as gone. */
  httpSessionGapMs: number;
  /** Events that lagging readers go without. */
  lowPriorityEvents: readonly string[];
  /** Webhook events that come this close together travel in one request. */
  webhookGatherMs: number;
  /** Waiting before a webhook's second attempt; each further wait is twice as long. */
  webhookRetryMs: number;
  /** A node that is silent this long is taken out of its channels by the others. */
  leaseMs: number;
  /** How often a node renews its lease, looks for dead ones, and makes sure that Redis still answers. */
  heartbeatMs: number;
  /** Redis counts as away when an answer takes longer. Publishers wait for it, so it is less than they do. */
  redisTimeoutMs: number;
  /** Where the ends of sessions may have been missed, all clients that stand for one are sent back over this time. */
  sessionRecheckMs: number;
  /** Time over which a drain spreads the closing of all sockets. */
  drainMs: number;
}

export const DEFAULT_LIMITS: GatewayLimits = {
  tickMs: 40,
  connectionsMax: 20_000,
  connectsPerSecondMax: 0,
  refusalHoldMs: 4_000,
  refusalsHeldMax: 2_000,
  connectionsPerAddressMax: 0,
  connectsPerAddressPerSecond: 0,
  requestsPerAddressMax: 0,
  silentConnectionsMax: 4_000,
  mistakesPerAddressPerSecond: 0,
  uselessAfterMs: 10_000,
  channelsPerConnectionMax: 100,
  presenceMembersMax: 100,
  clientMessageBytesMax: 65_536,
  clientMessageBurst: 500,
  clientMessagesPerSecond: 50,
  clientEventsPerSecond: 10,
  eventDataBytesMax: 10_240,
  httpBodyBytesMax: 1_048_576,
  httpHeadersMs: 8_000,
  httpRequestMs: 15_000,
  bufferedBytesMax: 1_048_576,
  channelPendingBytesMax: 8_388_608,
  bytesPerProbe: 262_144,
  laggingAfterMs: 2_000,
  activityTimeoutMs: 120_000,
  pongTimeoutMs: 20_000,
  keepaliveSweepMs: 1_000,
  subscriptionCountMs: 5_000,
  viewerLingerMs: 3_000,
  cacheTtlMs: 1_800_000,
  cachedBytesMax: 67_108_864,
  httpSessionsMax: 2_000,
  httpHeartbeatMs: 25_000,
  httpSessionGapMs: 10_000,
  lowPriorityEvents: [],
  webhookGatherMs: 50,
  webhookRetryMs: 1_000,
  leaseMs: 8_000,
  heartbeatMs: 2_000,
  redisTimeoutMs: 1_500,
  sessionRecheckMs: 20_000,
  drainMs: 5_000,
};

/** From here on clients that do nothing make room for others. */
export const FULL_SHARE = 0.9;
export const CHANNEL_NAME_LENGTH_MAX = 200;
export const EVENT_NAME_LENGTH_MAX = 200;
export const CHANNELS_PER_EVENT_MAX = 100;
export const EVENTS_PER_BATCH_MAX = 10;
/** Events in one request of a publisher that knows this gateway. */
export const EVENTS_AT_ONCE_MAX = 100;
export const PRESENCE_USER_ID_LENGTH_MAX = 128;
export const PRESENCE_USER_INFO_BYTES_MAX = 1_024;
export const WATCHLIST_LENGTH_MAX = 100;
/** Sessions, and users, in one request that ends them. */
export const ENDED_AT_ONCE_MAX = 1_000;
