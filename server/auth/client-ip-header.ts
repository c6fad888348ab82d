/** Carries the caller's address from the web process to better-auth; set on every request, over whatever the caller sent. */
export const CLIENT_IP_HEADER = "x-downpour-client-ip";
