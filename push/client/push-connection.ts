import type Pusher from "pusher-js";
import type { Channel } from "pusher-js";
import { onNetworkLost, onWake } from "./on-wake";
import type { PushConfig } from "./push-config";
import { Retry } from "./retry";

/** `reconnecting` once it was connected, `offline` when it has not been for a while. It tries again in every state. */
export type PushState = "connecting" | "connected" | "reconnecting" | "offline";

export interface ChannelListener {
  /** Events of the channel, and `pusher:subscription_count`. */
  onEvent: (name: string, data: unknown) => void;
  /** Also after each reconnect: whatever was published in between was missed. */
  onSubscribed?: () => void;
  /**
   * The server does not let this user in (401, 403, 404). It is not asked again until the next connection or
   * `resubscribe`; anything else that goes wrong is tried again without a word.
   */
  onRefused?: (status: number) => void;
}

export interface PushSubscription {
  /** Asks again after a refusal. */
  resubscribe: () => void;
  unsubscribe: () => void;
}

export interface PushParts {
  readConfig: () => Promise<PushConfig>;
  open: (config: PushConfig) => Promise<Pusher>;
}

interface Entry {
  listeners: Set<ChannelListener>;
  retry: Retry;
}

const OFFLINE_AFTER_MS = 12_000;
/** While it does not connect, the settings are read again this often: they may have changed under an open page. */
const CONFIG_CHECK_MS = 10_000;
/** A connection that is being made for longer than this is made anew when the network comes back or the page is seen. */
const HURRY_AFTER_MS = 2_000;
const BACK_OFF = { firstMs: 500, maxMs: 30_000 };

/**
 * One connection of one user, for everything on a page. The client library reconnects by itself after most losses but
 * gives up for good when it is told to go (a kick ends all connections of a user); this opens a new one then, with the
 * settings as they are now, and subscribes again to what is listened to.
 */
export class PushConnection {
  #client: Pusher | null = null;
  #config: string | null = null;
  #state: PushState = "connecting";
  #wasConnected = false;
  #isClosed = false;
  #opening = false;
  readonly #channels = new Map<string, Entry>();
  readonly #stateListeners = new Set<() => void>();
  #offlineTimer: ReturnType<typeof setTimeout> | undefined;
  #expectingSinceMs = performance.now();
  readonly #reopening = new Retry({ attempt: () => void this.#open(), backOff: BACK_OFF });
  readonly #configTimer: ReturnType<typeof setInterval>;
  readonly #endings: (() => void)[];

  constructor(private readonly parts: PushParts) {
    this.#expectConnection();
    this.#configTimer = setInterval(() => {
      if (this.#client && this.#state !== "connected") void this.#open();
    }, CONFIG_CHECK_MS);
    this.#endings = [onNetworkLost(() => this.#loseNetwork()), onWake(() => this.#wake())];
    void this.#open();
  }

  get state(): PushState {
    return this.#state;
  }

  /** Whether a channel's events arrive now. */
  isSubscribed(channel: string): boolean {
    return this.#state === "connected" && (this.#client?.channel(channel)?.subscribed ?? false);
  }

  /** Called after each change of `state` or of what is subscribed. Returns what ends it. */
  onChange(listener: () => void): () => void {
    this.#stateListeners.add(listener);
    return () => this.#stateListeners.delete(listener);
  }

  subscribe(channel: string, listener: ChannelListener): PushSubscription {
    let entry = this.#channels.get(channel);
    if (entry) {
      entry.listeners.add(listener);
      if (this.isSubscribed(channel)) listener.onSubscribed?.();
    } else {
      const fresh: Entry = {
        listeners: new Set([listener]),
        retry: new Retry({ attempt: () => this.#subscribeAgain(channel, fresh), backOff: BACK_OFF }),
      };
      entry = fresh;
      this.#channels.set(channel, entry);
      if (this.#client) this.#bind(this.#client, channel, entry);
    }
    const subscribed = entry;
    return {
      resubscribe: () => {
        if (this.#channels.get(channel) === subscribed) this.#subscribeAgain(channel, subscribed);
      },
      unsubscribe: () => {
        subscribed.listeners.delete(listener);
        if (subscribed.listeners.size > 0 || this.#channels.get(channel) !== subscribed) return;
        subscribed.retry.stop();
        this.#channels.delete(channel);
        this.#client?.unsubscribe(channel);
      },
    };
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#offlineTimer);
    this.#reopening.stop();
    clearInterval(this.#configTimer);
    for (const end of this.#endings) end();
    for (const entry of this.#channels.values()) entry.retry.stop();
    this.#drop();
  }

  /** Opens with the settings as they are now, unless a client with just these is already trying. */
  async #open(): Promise<void> {
    if (this.#opening || this.#isClosed) return;
    this.#opening = true;
    try {
      const config = await this.parts.readConfig();
      const text = JSON.stringify(config);
      if (this.#isClosed || (this.#client && text === this.#config)) return;
      const client = await this.parts.open(config);
      if (this.#isClosed) return client.disconnect();
      this.#drop();
      this.#client = client;
      this.#config = text;
      this.#listen(client);
    } catch {
      this.#reopening.failed();
    } finally {
      this.#opening = false;
    }
  }

  #listen(client: Pusher): void {
    client.connection.bind("state_change", ({ current }: { current: string }) => {
      if (client !== this.#client) return;
      if (current === "connected") this.#connected();
      else this.#expectConnection();
      if (current === "disconnected" || current === "failed") {
        this.#drop();
        this.#reopening.failed();
      }
    });
    for (const [channel, entry] of this.#channels) this.#bind(client, channel, entry);
    // Hosted Pusher knows by this whose connections to close when a user must go.
    client.signin();
  }

  #bind(client: Pusher, name: string, entry: Entry): void {
    const channel: Channel = client.subscribe(name);
    const isCurrent = () => client === this.#client && this.#channels.get(name) === entry;
    channel.bind("pusher:subscription_succeeded", () => {
      if (!isCurrent()) return;
      entry.retry.rest();
      for (const listener of entry.listeners) listener.onSubscribed?.();
      this.#tell();
    });
    channel.bind("pusher:subscription_error", ({ status = 0 }: { status?: number }) => {
      if (!isCurrent()) return;
      this.#tell();
      if (status === 401 || status === 403 || status === 404) {
        for (const listener of entry.listeners) listener.onRefused?.(status);
        return;
      }
      entry.retry.failed();
    });
    channel.bind_global((event: string, data: unknown) => {
      const isOwn = event.startsWith("pusher:") && event !== "pusher:subscription_count";
      if (isOwn || !isCurrent()) return;
      for (const listener of entry.listeners) listener.onEvent(event, data);
    });
  }

  #subscribeAgain(name: string, entry: Entry): void {
    const client = this.#client;
    if (!client || this.isSubscribed(name)) return;
    const refused = client.channel(name);
    if (refused) {
      // The library takes a subscription that the server itself refused for one that is under way.
      refused.subscriptionPending = false;
      refused.unbind_all();
    }
    client.unsubscribe(name);
    this.#bind(client, name, entry);
  }

  #connected(): void {
    clearTimeout(this.#offlineTimer);
    this.#offlineTimer = undefined;
    this.#wasConnected = true;
    this.#reopening.rest();
    this.#setState("connected");
  }

  #expectConnection(): void {
    if (this.#state === "connected") this.#expectingSinceMs = performance.now();
    if (this.#state !== "offline") this.#setState(this.#wasConnected ? "reconnecting" : "connecting");
    this.#offlineTimer ??= setTimeout(() => this.#setState("offline"), OFFLINE_AFTER_MS);
  }

  /** The browser knows at once what an unanswered ping would tell half a minute later. */
  #loseNetwork(): void {
    if (!this.#client) return;
    this.#drop();
    this.#expectConnection();
    this.#reopening.failed();
  }

  /** A client that has been trying for a while waits for answers to what was lost: another one is quicker. */
  #wake(): void {
    if (this.#state === "connected" || !this.#client) return;
    if (performance.now() - this.#expectingSinceMs < HURRY_AFTER_MS) return;
    this.#expectingSinceMs = performance.now();
    this.#drop();
    void this.#open();
  }

  #drop(): void {
    const client = this.#client;
    this.#client = null;
    client?.disconnect();
  }

  #setState(state: PushState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#stateListeners) listener();
  }
}
