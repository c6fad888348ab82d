import { counter, gauge, histogram } from "@/server/observability/metrics";

export const connections = gauge("push_connections", "Open sockets", ["app"]);
export const channels = gauge("push_channels", "Channels with at least one subscriber", ["kind"]);
export const subscriptions = gauge("push_subscriptions", "Subscriptions", ["kind"]);
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
export const closed = counter("push_connections_closed_total", "Sockets closed by the gateway, by code", [
  "code",
]);
export const httpRequests = counter("push_http_requests_total", "Requests to the HTTP API", [
  "route",
  "status",
]);
export const broadcastSeconds = histogram(
  "push_broadcast_seconds",
  "Time to write one batch to every subscriber of a channel",
);
