import { checkRain, type RainEvidence } from "./check-rain";

/** Runs beside the page: 100,000 packets must not hold up what is on the screen. */
addEventListener("message", (event: MessageEvent<RainEvidence>) => {
  postMessage(checkRain(event.data));
});
