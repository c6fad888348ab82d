import type { RainClaimInput, RainPacket, RainResult, RoomRain } from "@/domain/contracts/rain";
import { backOffMs } from "@/domain/rules/back-off";
import type { DeliveredRoomEvent } from "@/push/client/room-event-log";
import { isRetryable, readApiError } from "../../../lib/api-error";
import { type Grabber, grabState, nextAskAtMs } from "./rain-scene";
import { CLAIM_EVERY_MS, type RainAction, reduceRain } from "./rain-state";
import { NO_RAINS, type RainState } from "./rain-view";

export interface RainPorts {
  readCurrent: () => Promise<RoomRain>;
  readResult: (rainId: string) => Promise<RainResult>;
  claim: (input: RainClaimInput) => Promise<RainPacket>;
  newClaimId: () => string;
  /** A clock that is never set back; its origin does not matter. */
  localMs: () => number;
  random: () => number;
  /** Runs `task` after `delayMs` and returns how to cancel that. */
  schedule: (task: () => void, delayMs: number) => () => void;
}

export interface RainStore {
  get: () => RainState;
  subscribe: (listener: () => void) => () => void;
  serverNowMs: () => number;
  /** Room events; those of other kinds are passed over. */
  hear: (delivered: readonly DeliveredRoomEvent[]) => void;
  /** Reads `rain.current`: on entry, after a lost connection, or when something was missed. */
  ask: () => void;
  /** One tap, one claim. Whether it was taken; a tap while another is on its way is not. */
  tap: (rainId: string, grabber: Grabber) => boolean;
  /** The network is back: what waits for it goes on now. */
  retry: () => void;
  dismiss: (rainId: string) => void;
  stop: () => void;
}

const CLAIM_BACK_OFF = { firstMs: 400, maxMs: 6_000 };
const READ_BACK_OFF = { firstMs: 3_000, maxMs: 3_000 };
/** The end of a rain is heard by everybody at once, who shall not all ask for the board in the same instant. */
const RESULT_SPREAD_MS = 1_500;
const ASK_SPREAD_MS = 4_000;
const RESULT_AGAIN_MS = 2_000;

/** Carries a room's rains from what is heard and tapped to their ends; the hook beside it only binds this to React. */
export function createRainStore(roomId: string, ports: RainPorts): RainStore {
  let state = NO_RAINS;
  let stopped = false;
  let isAsking = false;
  let asksAgain = false;
  let askedAtMs = 0;
  const listeners = new Set<() => void>();
  const timers = new Map<string, () => void>();
  const resultsAsked = new Set<string>();

  const serverNowMs = () => ports.localMs() + (state.clockAheadMs ?? 0);

  function dispatch(action: RainAction): void {
    const next = reduceRain(state, action);
    if (next === state || stopped) return;
    state = next;
    follow();
    for (const listener of listeners) listener();
  }

  /** Asks for what the new state says is missing. */
  function follow(): void {
    for (const rain of state.rains.values()) {
      if (rain.phase !== "over" || !rain.witnessed || resultsAsked.has(rain.rainId)) continue;
      resultsAsked.add(rain.rainId);
      later(`result ${rain.rainId}`, () => void readResult(rain.rainId), ports.random() * RESULT_SPREAD_MS);
    }
    const askAtMs = nextAskAtMs(state, askedAtMs);
    if (askAtMs === null) cancel("ask");
    else later("ask", ask, Math.max(0, askAtMs - serverNowMs()) + ports.random() * ASK_SPREAD_MS);
  }

  function cancel(name: string): void {
    timers.get(name)?.();
    timers.delete(name);
  }

  function later(name: string, task: () => void, delayMs: number): void {
    cancel(name);
    if (stopped) return;
    timers.set(
      name,
      ports.schedule(() => {
        timers.delete(name);
        task();
      }, delayMs),
    );
  }

  function ask(): void {
    if (isAsking) {
      asksAgain = true;
      return;
    }
    void readCurrent();
  }

  async function readCurrent(): Promise<void> {
    isAsking = true;
    asksAgain = false;
    try {
      const snapshot = await ports.readCurrent();
      askedAtMs = Date.parse(snapshot.now);
      dispatch({ type: "read", snapshot, localMs: ports.localMs() });
    } catch (error) {
      if (isRetryable(readApiError(error)))
        later("read again", ask, backOffMs(0, ports.random(), READ_BACK_OFF));
    } finally {
      isAsking = false;
    }
    if (asksAgain && !stopped) await readCurrent();
  }

  async function readResult(rainId: string): Promise<void> {
    const again = () => later(`result ${rainId}`, () => void readResult(rainId), RESULT_AGAIN_MS);
    try {
      const result = await ports.readResult(rainId);
      dispatch({ type: "resultRead", result });
      // Until everything is credited, the board may still change.
      if (result.status !== "ended") again();
    } catch (error) {
      if (isRetryable(readApiError(error))) again();
    }
  }

  /** Tries under the same id until the answer is final: whatever was lost on the way, one tap is one packet. */
  async function attempt(rainId: string): Promise<void> {
    const claim = state.mine.get(rainId)?.claim;
    const code = state.rains.get(rainId)?.code;
    if (!claim || !code || stopped) return;
    cancel(`claim ${rainId}`);
    dispatch({ type: "attempted", rainId });
    const isOpen = () => state.mine.get(rainId)?.claim?.claimId === claim.claimId;
    try {
      const packet = await ports.claim({ code, roomId, claimId: claim.claimId });
      dispatch({ type: "won", packet });
    } catch (cause) {
      // A snapshot may have brought the packet in the meantime.
      if (!isOpen()) return;
      const error = readApiError(cause);
      if (error.name === "RATE_LIMITED") {
        const waitMs = Math.max(error.details.retryAfterMs ?? CLAIM_EVERY_MS, 50);
        dispatch({ type: "limited", rainId, againAtLocalMs: ports.localMs() + waitMs });
        later(`claim ${rainId}`, () => void attempt(rainId), waitMs + ports.random() * 100);
      } else if (isRetryable(error)) {
        dispatch({ type: "unanswered", rainId });
        const pauseMs = backOffMs(claim.attempts, ports.random(), CLAIM_BACK_OFF);
        later(`claim ${rainId}`, () => void attempt(rainId), pauseMs);
      } else {
        dispatch({ type: "refused", rainId, error: error.name });
        // Perhaps won in another tab, or the room has changed for this viewer.
        if (error.name !== "RAIN_EMPTY") ask();
      }
    }
  }

  return {
    get: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    serverNowMs,
    hear: (delivered) => dispatch({ type: "heard", delivered, localMs: ports.localMs() }),
    ask,
    tap(rainId, grabber) {
      const rain = state.rains.get(rainId);
      const localMs = ports.localMs();
      if (!rain || grabState(rain, state.mine.get(rainId), grabber, serverNowMs(), localMs) !== "ready")
        return false;
      dispatch({ type: "tapped", rainId, claimId: ports.newClaimId(), localMs });
      void attempt(rainId);
      return true;
    },
    retry() {
      for (const [rainId, { claim }] of state.mine) if (claim?.waitsFor === "network") void attempt(rainId);
      ask();
    },
    dismiss: (rainId) => dispatch({ type: "dismissed", rainId }),
    stop() {
      stopped = true;
      for (const cancelTimer of timers.values()) cancelTimer();
      timers.clear();
      listeners.clear();
    },
  };
}
