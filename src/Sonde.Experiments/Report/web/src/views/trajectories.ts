import { nice, ticks } from "d3-array";
import { chart, labelsIn, logarithmicTicks, valueAxis, withTicks, type Drawing } from "../chart";
import { checkbox, h, segmented, select } from "../dom";
import { integer } from "../format";
import { extent } from "../series";
import type { State } from "../state";
import { kindOf, orderScores, scoreHeading } from "./scoreKinds";
import { namesOf, samplesOf, type Sample } from "./trajectorySamples";
import { shares } from "./trajectoryShares";
import { followTrajectory, ROW, strips } from "./trajectoryStrips";

/** The axis of a score, and where values lie on it. */
export interface Span {
  name: string;
  low: number;
  high: number;
  /** Values that the axis cannot show stand at its ends. */
  clamp(value: number): number;
  /** From 0 at the left end to 1 at the right. */
  place(value: number): number;
  axis: object;
}

const WIDE = 30;
const NOTES = {
  strips: "A dot is a trajectory; the line is the median, the bar below goes from quartile to quartile. The pointer names a trajectory and rings it in every strip.",
  shares: "Read upward from a value how many trajectories have so much or less. A flat stretch separates two kinds of endings, such as the right minimum and a wrong one.",
};

/** How a score is distributed over many trajectories, method by method. */
export function trajectoriesView(state: State): HTMLElement | null {
  const names = orderScores(namesOf(state.methods));
  if (names.length === 0) return null;
  let name = names[0];
  let view: keyof typeof NOTES = "strips";
  let samples: Sample[] = [];
  let span: Span;
  let logarithmic = false;
  const note = h("p", { class: "note" });
  const axis = h("span", { class: "chooser" });

  const plot = chart(state, {
    name: "trajectories",
    label: "Scores on each trajectory",
    height: () => (view === "strips" ? 50 + ROW * Math.max(1, samplesOf(state, name).length) : innerWidth < 600 ? 320 : 400),
    draw,
    attach: (instance) => followTrajectory(instance, () => (view === "strips" ? samples : []), () => span),
  });

  function draw(width: number): Drawing {
    samples = samplesOf(state, name);
    span = spanOf(state, scoreHeading(name, state.unit), samples, logarithmic, width);
    return view === "strips" ? strips(state, samples, span, width) : shares(state, samples, span);
  }

  function describe(): void {
    const all = samplesOf(state, name);
    const failed = all.some((sample) => sample.failed > 0) ? " Trajectories whose numbers failed count as above every value." : "";
    const none = logarithmic && all.some((sample) => sample.sorted[0] <= 0) ? " What is not above 0 stands at the left end." : "";
    note.textContent = `${sentenceOf(name)} on each of ${integer(state.experiment.trajectories)} trajectories. ${NOTES[view]}${failed}${none}`;
  }

  function choose(): void {
    logarithmic = needsLogarithm(samplesOf(state, name));
    axis.replaceChildren(
      checkbox("logarithmic", logarithmic, (checked) => {
        logarithmic = checked;
        show();
      }),
    );
  }

  function show(): void {
    describe();
    plot.redraw();
  }

  choose();
  describe();
  return h(
    "div",
    {},
    note,
    h(
      "div",
      { class: "controls" },
      select("Score", names.map((value) => ({ value, text: scoreHeading(value) })), name, (value) => {
        name = value;
        choose();
        show();
      }),
      segmented("Show", [{ value: "strips", text: "each trajectory" }, { value: "shares", text: "share below" }] as const, view, (value) => {
        view = value;
        show();
      }),
      axis,
    ),
    plot.element,
  );
}

function sentenceOf(name: string): string {
  const { heading, explain } = kindOf(name);
  const start = heading.charAt(0).toUpperCase() + heading.slice(1);
  return explain === name ? start : `${start} (${explain})`;
}

/** An axis that holds every value; on a logarithmic one those above 0. */
function spanOf(state: State, name: string, samples: readonly Sample[], logarithmic: boolean, width: number): Span {
  const all = samples.flatMap((sample) => sample.sorted);
  const [least, most] = extent(logarithmic ? all.filter((value) => value > 0) : all);
  const isLogarithmic = logarithmic && most > 0;
  const labels = isLogarithmic ? logarithmicTicks(least, most > least ? most : 2 * least) : null;
  const [low, high] = labels ? [labels[0], labels[labels.length - 1]] : linear(least, most);
  const scale = isLogarithmic ? Math.log : (value: number) => value;
  const clamp = (value: number) => Math.min(high, Math.max(low, value));
  const axis = valueAxis(state, "x", name, { type: isLogarithmic ? "log" : "value", min: low, max: high, splitLine: { show: true, lineStyle: { color: state.color("grid") } } });
  return {
    name,
    low,
    high,
    clamp,
    place: (value) => (scale(clamp(value)) - scale(low)) / (scale(high) - scale(low)),
    axis: withTicks(axis, labels ?? ticks(low, high, labelsIn(width))),
  };
}

/** From 0 where that wastes no more than half of the axis. */
function linear(least: number, most: number): [number, number] {
  if (!(most >= least)) return [0, 1];
  const low = least > 0 && least < 0.5 * most ? 0 : least;
  return most > low ? nice(low, most, 8) : [low - 0.5 * (Math.abs(low) || 1), most + 0.5 * (Math.abs(most) || 1)];
}

function needsLogarithm(samples: readonly Sample[]): boolean {
  const [least, most] = extent(samples.flatMap((sample) => sample.sorted));
  return least > 0 && most > WIDE * least;
}
