import { counter, gauge } from "@/platform/observability/metrics";

export const connectionsOpen = gauge("downpour_web_connections", "Connections that are open");
export const connectionsClosed = counter(
  "downpour_web_connections_closed_total",
  "Connections that were closed or refused by the fence, by reason",
  ["reason"],
);
export const requestsRefused = counter(
  "downpour_web_requests_refused_total",
  "Requests that the fence refused, by reason",
  ["reason"],
);
export const pagesWaiting = gauge("downpour_web_pages_waiting", "Requests that wait for the site thread");
export const pagesUnderWay = gauge("downpour_web_pages_under_way", "Pages that the site thread is making");
export const callsRefused = counter(
  "downpour_web_calls_refused_total",
  "Calls that were not let in because there is too much to do, by kind and reason",
  ["kind", "reason"],
);
export const callsUnderWay = gauge("downpour_web_calls_under_way", "Calls that are being answered, by kind", [
  "kind",
]);
export const eventLoopBehind = gauge(
  "downpour_web_event_loop_behind_seconds",
  "How far the web process is behind with its events",
);
