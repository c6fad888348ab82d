import type { LocalApp } from "../local-app";
import { channelPlace, type Place } from "./cluster-keys";
import { changeViewersCommand } from "./commands";
import type { RedisSession } from "./redis-session";

/** Viewers in one step of Redis, which does nothing else meanwhile. */
const VIEWERS_AT_ONCE = 500;

interface Report {
  readonly hub: LocalApp;
  readonly place: Place;
  /** Whom Redis counts for this node. */
  readonly reported: Set<string>;
  /** Of whom Redis may have to be told. */
  readonly changed: Set<string>;
  isUnderWay: boolean;
}

/** Tells Redis, for one session, whom this node counts among the viewers of its channels; see `change-viewers.lua`. */
export class AudienceReports {
  private readonly byPlace = new Map<string, Report>();
  private readonly due = new Set<Report>();

  constructor(
    private readonly redis: RedisSession,
    /** A report is due: `send` is to be called soon. */
    private readonly onDue: () => void,
    private readonly onSent: (place: Place) => void,
  ) {}

  changed(hub: LocalApp, channel: string, viewer: string): void {
    const report = this.reportOf(hub, channel);
    report.changed.add(viewer);
    this.due.add(report);
    this.onDue();
  }

  /** Tells of everybody in a channel. Resolves when Redis counts them; rejects when the session ends before. */
  async register(hub: LocalApp, channel: string): Promise<void> {
    const report = this.reportOf(hub, channel);
    for (const viewer of hub.audiences.viewersOf(channel)) report.changed.add(viewer);
    await this.tell(report);
  }

  /** What is asked after an urgent one is answered with the viewers as they are now; others wait for what is under way. */
  send(isUrgent: boolean): void {
    for (const report of this.due) {
      if (report.isUnderWay && !isUrgent) continue;
      this.due.delete(report);
      // An end of the session is dealt with where it is noticed.
      this.tell(report).catch(() => {});
    }
  }

  private async tell(report: Report): Promise<void> {
    const { place, changed } = report;
    const { came, left } = takeChanges(report);
    if (came.length + left.length === 0) return this.forgetIdle(report);
    report.isUnderWay = true;
    const steps = [];
    for (let at = 0; at < came.length + left.length; at += VIEWERS_AT_ONCE) {
      const change = {
        came: came.slice(at, at + VIEWERS_AT_ONCE),
        left: left.slice(Math.max(0, at - came.length), Math.max(0, at + VIEWERS_AT_ONCE - came.length)),
      };
      steps.push(this.redis.call(changeViewersCommand(this.redis, place, change)));
    }
    await Promise.all(steps);
    report.isUnderWay = false;
    this.onSent(place);
    if (changed.size > 0) {
      this.due.add(report);
      this.onDue();
    } else this.forgetIdle(report);
  }

  private forgetIdle(report: Report): void {
    const { hub, place, reported, changed } = report;
    if (reported.size + changed.size === 0 && hub.audiences.count(place.name) === 0) {
      this.byPlace.delete(place.id);
    }
  }

  private reportOf(hub: LocalApp, channel: string): Report {
    const place = channelPlace(hub.app.id, channel);
    let report = this.byPlace.get(place.id);
    if (!report) {
      report = { hub, place, reported: new Set(), changed: new Set(), isUnderWay: false };
      this.byPlace.set(place.id, report);
    }
    return report;
  }
}

/** What has changed since the last report, which is as good as made now: commands reach Redis in order, or none does. */
function takeChanges({ hub, place, reported, changed }: Report): { came: string[]; left: string[] } {
  const came: string[] = [];
  const left: string[] = [];
  for (const viewer of changed) {
    const isHere = hub.audiences.has(place.name, viewer);
    if (isHere && !reported.has(viewer)) {
      came.push(viewer);
      reported.add(viewer);
    } else if (!isHere && reported.delete(viewer)) left.push(viewer);
  }
  changed.clear();
  return { came, left };
}
