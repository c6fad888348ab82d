import * as metrics from "../push-metrics";

/** One viewer of one channel, on this node. */
interface Viewing {
  readonly channel: string;
  readonly viewer: string;
  sockets: number;
  /** With no sockets: until when, on the clock of `performance.now()`, the viewer may come back without having left. */
  untilMs: number;
}

interface AudienceListener {
  /** A viewer is counted here from now on, or not any more: `has` tells which. */
  changed: (channel: string, viewer: string) => void;
  /** Somebody who had lost their last socket has not come back. */
  gone: (channel: string) => void;
}

/**
 * Who watches the channels of an app on this node, each once however many sockets they have. Whoever loses the last of
 * them is counted a little longer, so that a reload or a crowd that reconnects is not seen in the count. Costs about 200
 * bytes a viewer.
 */
export class Audiences {
  private readonly byChannel = new Map<string, Map<string, Viewing>>();
  /** Those without a socket, in the order of `untilMs`. */
  private readonly lingering = new Set<Viewing>();
  private timer: NodeJS.Timeout | undefined;
  private keepsAll = false;

  constructor(
    private readonly lingerMs: number,
    private readonly listener: AudienceListener,
  ) {}

  /** Another socket of this viewer is in the channel. */
  enter(channel: string, viewer: string): void {
    let audience = this.byChannel.get(channel);
    if (!audience) {
      audience = new Map();
      this.byChannel.set(channel, audience);
    }
    const viewing = audience.get(viewer);
    if (viewing) {
      viewing.sockets += 1;
      this.lingering.delete(viewing);
      return;
    }
    audience.set(viewer, { channel, viewer, sockets: 1, untilMs: 0 });
    metrics.viewers.inc();
    this.listener.changed(channel, viewer);
  }

  /** One of the viewer's sockets is out: on purpose, or lost and perhaps soon replaced. */
  leave(channel: string, viewer: string, isLost: boolean): void {
    const viewing = this.byChannel.get(channel)?.get(viewer);
    if (!viewing || viewing.sockets === 0) return;
    viewing.sockets -= 1;
    if (viewing.sockets > 0) return;
    if (!isLost || this.lingerMs === 0) {
      this.remove(viewing);
      return;
    }
    viewing.untilMs = performance.now() + this.lingerMs;
    this.lingering.add(viewing);
    this.wakeLater(this.lingerMs);
  }

  has(channel: string, viewer: string): boolean {
    return this.byChannel.get(channel)?.has(viewer) ?? false;
  }

  count(channel: string): number {
    return this.byChannel.get(channel)?.size ?? 0;
  }

  viewersOf(channel: string): Iterable<string> {
    return this.byChannel.get(channel)?.keys() ?? [];
  }

  /** The channels that somebody watches. */
  channels(): string[] {
    return [...this.byChannel.keys()];
  }

  /** From now on whoever loses the last socket stays counted: this node is going away, its clients to another. */
  keepAll(): void {
    this.keepsAll = true;
    clearTimeout(this.timer);
  }

  private wakeLater(waitMs: number): void {
    if (this.timer || this.keepsAll) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.letGo(performance.now());
    }, waitMs);
    this.timer.unref();
  }

  private letGo(nowMs: number): void {
    const channels = new Set<string>();
    for (const viewing of this.lingering) {
      if (viewing.untilMs > nowMs) {
        this.wakeLater(viewing.untilMs - nowMs);
        break;
      }
      this.lingering.delete(viewing);
      this.remove(viewing);
      channels.add(viewing.channel);
    }
    for (const channel of channels) this.listener.gone(channel);
  }

  private remove({ channel, viewer }: Viewing): void {
    const audience = this.byChannel.get(channel);
    if (!audience?.delete(viewer)) return;
    if (audience.size === 0) this.byChannel.delete(channel);
    metrics.viewers.dec();
    this.listener.changed(channel, viewer);
  }
}
