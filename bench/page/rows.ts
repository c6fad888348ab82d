import { type BenchRow, median } from "../lib/row";
import { type Frames, type Interaction, type Screen, SLOWED } from "./browser";
import type { Measured } from "./measured";
import type { RoomVisit } from "./visit-room";

const LCP_MS_MAX = 1_500;
/** Of what the bare page takes in the same run. */
const INP_RATIO_MAX = 1.3;
const FPS_MIN = 60;
/** The night stage has seven; the rest is what lies over it. */
const LAYERS_MAX = 20;

const rounded = (figure: number) => Math.round(figure * 10) / 10;

/** One row for each interaction: the medians of ours and of the same gesture on the bare page, the slowest first. */
export function toInteractionRows(screen: Screen, ours: Measured, bare: Measured): BenchRow[] {
  const floors = new Map(
    bare.all().map(({ surface, gesture, interactions }) => [`${surface}/${gesture}`, interactions]),
  );
  return ours
    .all()
    .map(({ surface, gesture, what, interactions }) => {
      const floor = floors.get(`${surface}/${gesture}`);
      if (!floor) throw new Error(`The bare page does nothing like "${what}".`);
      const [figure, floorMs] = [durationOf(interactions), durationOf(floor)];
      return {
        name: `room page, ${screen.name}, ${surface}: ${what}`,
        figure: rounded(figure),
        floor: rounded(floorMs),
        ratio: figure / floorMs,
        bar: INP_RATIO_MAX,
        unit: "ms",
        notes: `at most; ${describe(interactions)}; bare ${describe(floor)}`,
      };
    })
    .sort((a, b) => b.ratio - a.ratio);
}

const durationOf = (interactions: readonly Interaction[]) =>
  median(interactions.map(({ durationMs }) => durationMs));

/** The stages by their medians, which need not add up. */
function describe(interactions: readonly Interaction[]): string {
  const stage = (of: (one: Interaction) => number) => Math.round(median(interactions.map(of)));
  const [delay, processing, presentation] = [
    stage((one) => one.delayMs),
    stage((one) => one.processingMs),
    stage((one) => one.presentationMs),
  ];
  return `delay ${delay} + processing ${processing} + presentation ${presentation}, of ${interactions.length}`;
}

/** Largest paint, what there is to put in order, and the frames of a rain. */
export function toScreenRows(
  screen: Screen,
  visits: readonly RoomVisit[],
  frames: { ours: readonly Frames[]; bare: readonly Frames[] },
): BenchRow[] {
  const row = (
    name: string,
    facts: Pick<BenchRow, "figure" | "bar" | "unit" | "notes"> & { floor?: number },
  ) => ({
    name: `room page, ${screen.name}: ${name}`,
    ratio: null,
    ...facts,
    figure: rounded(facts.figure),
    floor: facts.floor === undefined ? null : rounded(facts.floor),
  });
  const perSecond = (of: readonly Frames[]) => median(of.map((one) => one.perSecond));
  const [last, lastBare] = [frames.ours.at(-1), frames.bare.at(-1)];
  return [
    row("largest paint (at most)", {
      figure: median(visits.map(({ lcpMs }) => lcpMs)),
      bar: LCP_MS_MAX,
      unit: "ms",
      notes: `of ${visits.length}, the latest ${Math.round(Math.max(...visits.map((v) => v.lcpMs)))}, slowed ${SLOWED} ×`,
    }),
    row("layers that are drawn (at most)", {
      figure: Math.max(...visits.map(({ scene }) => scene.layers)),
      bar: LAYERS_MAX,
      unit: "layers",
      notes: `${Math.max(...visits.map(({ scene }) => scene.nodes))} nodes`,
    }),
    row("frames of a rain", {
      figure: perSecond(frames.ours),
      floor: perSecond(frames.bare),
      bar: FPS_MIN,
      unit: "frames/s",
      notes: `${describeFrames(last)}; floor: ${describeFrames(lastBare)}`,
    }),
  ];
}

function describeFrames(frames: Frames | undefined): string {
  if (!frames) return "none";
  const percent = (part: number) => `${Math.round(part * 100)} %`;
  return `${percent(frames.over20)} over 20 ms, ${percent(frames.over34)} over 34 ms, ${frames.drawMs.toFixed(1)} ms to draw one`;
}
