import { renderApi } from "./render-api";
import { renderEvents } from "./render-events";

/** Every page that is written from the code, by its path. */
export const REFERENCE_PAGES: Record<string, () => string> = {
  "docs/reference/api.md": renderApi,
  "docs/reference/events.md": renderEvents,
};
