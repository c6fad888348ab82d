/** Whether there is a Chromium for the browser tests; installs one from the system's packages when we may. */
export function ensureBrowser(): boolean;
