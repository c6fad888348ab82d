import type { Log } from "@/platform/observability/log";
import type { GatewayLimits } from "../../limits/limits";
import type { ChannelEvent } from "../../protocol/channel-events";
import type { UserId } from "../../protocol/frames";
import type { SignedRequest } from "../../protocol/seen-requests";
import * as metrics from "../../push-metrics";
import type { Backplane, Termination, VisitPage } from "../backplane";
import type { LocalApp, LocalChannel } from "../local-app";
import { LocalBackplane } from "../local-backplane";
import { ClusterNode, type ClusterOptions } from "./cluster-node";
import type { ClusterSession } from "./cluster-session";

/** Joins the nodes through Redis. While that is away this node speaks for itself. */
export class RedisBackplane implements Backplane {
  private readonly node: ClusterNode;
  private readonly alone = new LocalBackplane();

  constructor(options: ClusterOptions, limits: GatewayLimits, log: Log) {
    this.node = new ClusterNode(options, limits, log);
  }

  start(apps: readonly LocalApp[]): Promise<void> {
    return this.node.start(apps);
  }

  close(): Promise<void> {
    return this.node.close();
  }

  get degradedReason(): string | undefined {
    return this.node.degradedReason;
  }

  get hasRoom(): boolean {
    return this.node.session?.hasRoom ?? true;
  }

  openChannel(app: LocalApp, channel: LocalChannel): void {
    if (this.node.session) void this.node.session.openSubscription(app, channel);
    else this.alone.openChannel(app, channel);
  }

  async publish(app: LocalApp, event: ChannelEvent, channel: LocalChannel | undefined): Promise<void> {
    if (this.node.session) {
      await this.node.session.publish(app, event, channel);
      return;
    }
    metrics.clusterUnshared.inc();
    await this.alone.publish(app, event);
  }

  terminate(appId: string, termination: Termination): Promise<void> {
    return this.node.terminate(appId, termination);
  }

  async seeRequest(appId: string, request: SignedRequest): Promise<number | undefined> {
    return await this.node.session?.seeRequest(appId, request);
  }

  viewersChanged(app: LocalApp, channel: string, viewer: string): void {
    this.node.session?.audiences.changed(app, channel, viewer);
  }

  userChanged(app: LocalApp, userId: string, isHere: boolean): void {
    if (this.node.session) void this.node.session.users.hold(app.app.id, userId, isHere);
    else this.alone.userChanged(app, userId, isHere);
  }

  watchUsers(app: LocalApp, userIds: readonly string[]): Promise<void> | undefined {
    return this.node.session?.users.watch(app.app.id, userIds);
  }

  unwatchUser(app: LocalApp, userId: string): void {
    this.node.session?.users.unwatch(app.app.id, userId);
  }

  listChannels(app: LocalApp, prefix: string): Promise<Map<string, number>> {
    return this.ask(
      (reader) => reader.listChannels(app.app.id, prefix),
      () => this.alone.listChannels(app, prefix),
    );
  }

  listViewers(app: LocalApp, prefix: string): Promise<Map<string, number>> {
    return this.ask(
      (reader) => reader.listViewers(app.app.id, prefix),
      () => this.alone.listViewers(app, prefix),
    );
  }

  listViewerNames(app: LocalApp, channel: string): Promise<string[]> {
    return this.ask(
      (reader) => reader.listViewerNames(app.app.id, channel),
      () => this.alone.listViewerNames(app, channel),
    );
  }

  countSubscriptions(app: LocalApp, channel: string): Promise<number> {
    return this.ask(
      (reader) => reader.countSubscriptions(app.app.id, channel),
      () => this.alone.countSubscriptions(app, channel),
    );
  }

  listUserIds(app: LocalApp, channel: string): Promise<UserId[]> {
    return this.ask(
      (reader) => reader.listUserIds(app.app.id, channel),
      () => this.alone.listUserIds(app, channel),
    );
  }

  findCachedEvent(app: LocalApp, channel: string): Promise<{ data: string; ttlSeconds: number } | undefined> {
    return this.ask(
      (reader) => reader.findCachedEvent(app.app.id, channel),
      () => this.alone.findCachedEvent(app, channel),
    );
  }

  takeVisits(
    app: LocalApp,
    partition: number,
    page: { after: string; max: number },
  ): Promise<VisitPage | undefined> {
    return this.ask<VisitPage | undefined>(
      (reader) => reader.takeVisits(app.app.id, partition, page),
      () => this.alone.takeVisits(),
    );
  }

  /** What all nodes know; what this one knows while the others cannot be asked. */
  private async ask<T>(
    askAll: (reader: ClusterSession["reader"]) => Promise<T>,
    askHere: () => Promise<T>,
  ): Promise<T> {
    const { session } = this.node;
    return session ? await askAll(session.reader).catch(askHere) : await askHere();
  }
}
