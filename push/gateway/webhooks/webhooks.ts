import { stringifyExactJson } from "@/domain/rules/exact-json";
import type { Log } from "@/platform/observability/log";
import type { App } from "../apps";
import type { GatewayLimits } from "../limits/limits";
import { sign } from "../protocol/channel-auth";
import type { UserId } from "../protocol/frames";
import * as metrics from "../push-metrics";

/** What happened in a channel, in the words of https://pusher.com/docs/channels/server_api/webhooks/#events. */
export type WebhookEvent =
  | { name: "channel_occupied" | "channel_vacated" | "cache_miss"; channel: string }
  | { name: "member_added" | "member_removed"; channel: string; user_id: UserId }
  | { name: "subscription_count"; channel: string; subscription_count: number }
  | {
      name: "client_event";
      channel: string;
      event: string;
      data: string;
      socket_id: string;
      user_id?: UserId | undefined;
    };

const EVENTS_PER_REQUEST_MAX = 50;
const WAITING_EVENTS_MAX = 10_000;
const ATTEMPTS_MAX = 6;
const REQUEST_MS_MAX = 2_000;

/**
 * Tells one URL of an app what happens in its channels: in order, signed, and tried again until the URL answers with
 * a 2xx status. When the URL is away for too long the oldest events are dropped and counted.
 */
export class WebhookQueue {
  private readonly waiting: WebhookEvent[] = [];
  private readonly wanted: ReadonlySet<string> | undefined;
  private isSending = false;
  private sending: Promise<void> = Promise.resolve();
  private isClosing = false;
  private wake: (() => void) | undefined;

  constructor(
    private readonly credentials: Pick<App, "key" | "secret">,
    private readonly target: App["webhooks"][number],
    private readonly limits: Pick<GatewayLimits, "webhookGatherMs" | "webhookRetryMs">,
    private readonly log: Log,
  ) {
    this.wanted = target.events && new Set(target.events);
  }

  push(event: WebhookEvent): void {
    if (this.wanted && !this.wanted.has(event.name)) return;
    this.waiting.push(event);
    if (this.waiting.length > WAITING_EVENTS_MAX) this.drop(1);
    if (!this.isSending) {
      this.isSending = true;
      this.sending = this.sendAll();
    }
  }

  /** Sends what waits without gathering or trying again. */
  async close(): Promise<void> {
    this.isClosing = true;
    this.wake?.();
    await this.sending;
  }

  private async sendAll(): Promise<void> {
    await this.pause(this.limits.webhookGatherMs);
    while (this.waiting.length > 0) {
      const events = this.waiting.slice(0, EVENTS_PER_REQUEST_MAX);
      const isSent = await this.sendWithRetries(events);
      if (!isSent) {
        this.log.warn({ url: this.target.url, events: events.length }, "webhook given up");
        metrics.dropped.inc({ reason: "webhook" }, events.length);
      }
      this.waiting.splice(0, events.length);
    }
    this.isSending = false;
  }

  private async sendWithRetries(events: WebhookEvent[]): Promise<boolean> {
    const body = stringifyExactJson({ time_ms: Date.now(), events }) ?? "";
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
      if (attempt > 0) await this.pause(this.limits.webhookRetryMs * 2 ** (attempt - 1));
      if (await this.post(body)) return true;
      if (this.isClosing) return false;
    }
    return false;
  }

  private async post(body: string): Promise<boolean> {
    try {
      const response = await fetch(this.target.url, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          "x-pusher-key": this.credentials.key,
          "x-pusher-signature": sign(this.credentials.secret, body),
        },
        body,
        redirect: "error",
        signal: AbortSignal.timeout(REQUEST_MS_MAX),
      });
      await response.body?.cancel();
      return response.ok;
    } catch (error) {
      this.log.debug({ err: error, url: this.target.url }, "webhook attempt failed");
      return false;
    }
  }

  private drop(count: number): void {
    // The first request's worth may be on its way.
    this.waiting.splice(EVENTS_PER_REQUEST_MAX, count);
    metrics.dropped.inc({ reason: "webhook" }, count);
  }

  private async pause(ms: number): Promise<void> {
    if (this.isClosing) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      timer.unref();
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
