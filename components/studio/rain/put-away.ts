/** Which result the anchor has put away; a cookie, so that the page comes without it. */
export const PUT_AWAY_COOKIE = "RAIN_PUT_AWAY";
const COOKIE_SECONDS = 365 * 24 * 3600;

export function rememberPutAway(rainId: string): void {
  document.cookie = `${PUT_AWAY_COOKIE}=${rainId}; path=/studio; max-age=${COOKIE_SECONDS}; samesite=lax`;
}
