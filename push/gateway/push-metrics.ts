import { counter, gauge, histogram } from "@/platform/observability/metrics";

export const connections = gauge("push_connections", "Open sockets", ["app"]);
export const channels = gauge("push_channels", "Channels with at least one subscriber", ["kind"]);
export const subscriptions = gauge("push_subscriptions", "Subscriptions", ["kind"]);
export const viewers = gauge(
  "push_viewers",
  "Viewers on this node, each once a channel; on several nodes each counts",
);
export const messagesReceived = counter("push_messages_received_total", "Messages from clients", ["event"]);
export const eventsPublished = counter("push_events_published_total", "Events published to a channel", [
  "kind",
]);
export const eventsDelivered = counter("push_events_delivered_total", "Events written to a socket", ["kind"]);
export const bytesWritten = counter("push_bytes_written_total", "Bytes of events written to sockets", [
  "kind",
]);
export const writes = counter("push_writes_total", "Write calls that carried events to sockets", ["kind"]);
export const dropped = counter("push_events_dropped_total", "Events that were not delivered, by reason", [
  "reason",
]);
export const bufferedBytesMax = gauge(
  "push_buffered_bytes_max",
  "What waits on the server for the slowest reader, at the last sweep",
);
export const lagging = gauge("push_connections_lagging", "Readers that go without low-priority events now");
export const closed = counter("push_connections_closed_total", "Sockets closed by the gateway, by code", [
  "code",
]);
export const refused = counter(
  "push_connections_refused_total",
  "Clients and requests that were not let in, by code; `address`, `requests`, `mistakes`: too many from theirs; `unheard`: too many were waiting",
  ["reason"],
);
export const madeRoom = counter(
  "push_connections_made_room_total",
  "Clients without a channel that had to go because the node or their app got full",
);
export const sessionsDenied = counter(
  "push_sessions_denied_total",
  "Requests for the session of a client without WebSockets that was not the sender's",
);
export const httpRequests = counter("push_http_requests_total", "Requests to the HTTP API", [
  "route",
  "status",
]);
export const broadcastSeconds = histogram(
  "push_broadcast_seconds",
  "Time to write one batch to every subscriber of a channel",
);
export const clusterJoined = gauge(
  "push_cluster_joined",
  "1 while this node is one of the cluster, 0 while it speaks only for itself",
);
export const clusterSent = counter("push_cluster_sent_total", "Events sent to the nodes through Redis");
export const clusterReceived = counter("push_cluster_received_total", "Messages received through Redis", [
  "kind",
]);
export const clusterUnshared = counter(
  "push_cluster_unshared_total",
  "Events that reached no other node because Redis was away",
);
export const clusterCleared = counter(
  "push_cluster_cleared_total",
  "Partitions in which this node took a dead node, or its own former self, out of its channels",
);
