import type { CheckedRain, RainEvidence } from "./check-rain";

/** Checks in a worker of its own, which ends with the answer or the signal. */
export function runCheck(evidence: RainEvidence, signal: AbortSignal): Promise<CheckedRain> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./check-rain.worker.ts", import.meta.url), { type: "module" });
    const end = () => worker.terminate();
    signal.addEventListener("abort", end, { once: true });
    worker.addEventListener("message", (event: MessageEvent<CheckedRain>) => {
      end();
      resolve(event.data);
    });
    worker.addEventListener("error", (event) => {
      end();
      reject(new Error(event.message));
    });
    worker.postMessage(evidence);
  });
}
