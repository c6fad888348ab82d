import { counter, gauge } from "../../observability/metrics";

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
