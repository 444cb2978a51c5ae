import type { CustomSeriesOption, ScatterSeriesOption } from "echarts";
import { short, tooltip, tooltipTable, valueAxis, type Drawing, type EChartsType } from "../chart";
import { escapeHtml } from "../dom";
import { integer } from "../format";
import type { State } from "../state";
import type { Span } from "./trajectories";
import { quantileOf, type Sample } from "./trajectorySamples";

/** Height of a method's row: its name and quartiles as text, then its dots. */
export const ROW = 66;

const BINS = 80;
const CENTER = 0.62;
const REACH = 0.25;
const MANY = 400;
const SAME = "same trajectory";

type Dot = [x: number, y: number, trajectory: number];

/** A strip of dots for each method, as wide as there are many, with median and quartiles. */
export function strips(state: State, samples: Sample[], span: Span, width: number): Drawing {
  const dots = samples.map((sample, row) => dotsOf(sample, row, span));
  return {
    points: samples.reduce((sum, sample) => sum + sample.sorted.length, 0),
    option: {
      grid: { left: 12, right: 20, top: 4, bottom: 46 },
      xAxis: span.axis as object,
      yAxis: valueAxis(state, "y", "", { min: 0, max: Math.max(1, samples.length), inverse: true, show: false }) as object,
      tooltip: {
        ...tooltip(state),
        trigger: "item",
        formatter: (item: unknown) => describe(state, samples, (item as { value: Dot }).value[2]),
      },
      series: [
        ...samples.map((sample, row): ScatterSeriesOption => ({
          type: "scatter",
          id: sample.method.name,
          data: dots[row],
          symbolSize: sample.sorted.length > MANY ? 3 : 5,
          itemStyle: { color: state.colorOf(sample.method.name), opacity: sample.sorted.length > MANY ? 0.6 : 0.5 },
          large: true,
          largeThreshold: MANY,
          progressive: 0,
          emphasis: { disabled: true },
          z: 2,
        })),
        summaries(state, samples, span, width),
        {
          type: "scatter",
          id: SAME,
          data: [],
          symbolSize: 9,
          itemStyle: { color: "transparent", borderColor: state.color("ink"), borderWidth: 1.5 },
          silent: true,
          z: 5,
        },
      ],
    },
  };
}

/** Rings the trajectory under the pointer in every strip. */
export function followTrajectory(chart: EChartsType, samples: () => Sample[], span: () => Span): void {
  const ring = (data: Dot[]) => chart.setOption({ series: [{ id: SAME, data }] });
  chart.on("mouseover", (event) => {
    if (event.componentSubType !== "scatter" || !Array.isArray(event.value)) return;
    const trajectory = (event.value as Dot)[2];
    ring(samples().flatMap((sample, row) => dotsOf(sample, row, span()).filter((dot) => dot[2] === trajectory)));
  });
  chart.on("mouseout", () => ring([]));
}

/** Each value with a height: the more values nearby, the farther apart, in an order that leaves no pattern. */
function dotsOf({ sorted, trajectories }: Sample, row: number, span: Span): Dot[] {
  const bin = (value: number) => Math.min(BINS - 1, Math.floor(span.place(value) * BINS));
  const counts = new Uint32Array(BINS);
  for (const value of sorted) counts[bin(value)]++;
  const most = Math.max(10, ...counts);
  const seen = new Uint32Array(BINS);
  return sorted.map((value, i): Dot => {
    const at = bin(value);
    const height = REACH * Math.sqrt(counts[at] / most) * (2 * vanDerCorput(++seen[at]) - 1);
    return [span.clamp(value), row + CENTER + (counts[at] > 1 ? height : 0), trajectories[i]];
  });
}

/** 1/2, 1/4, 3/4, 1/8, 5/8, …: digits of n in base two, mirrored at the point. */
function vanDerCorput(n: number): number {
  let [value, digit] = [0, 0.5];
  for (let rest = n; rest > 0; rest >>= 1, digit /= 2) value += (rest & 1) * digit;
  return value;
}

/** The method's name, median and quartiles as text; a line at the median, a bar from quartile to quartile. */
function summaries(state: State, samples: Sample[], span: Span, width: number): CustomSeriesOption {
  const ink = state.color("ink");
  const family = getComputedStyle(document.body).fontFamily;
  return {
    type: "custom",
    id: "summaries",
    data: samples.map((_, row) => [span.low, row]),
    silent: true,
    tooltip: { show: false },
    clip: false,
    z: 4,
    renderItem: (_parameters, api) => {
      const row = api.value(1) as number;
      const sample = samples[row];
      const [q1, median, q3] = [0.25, 0.5, 0.75].map((share) => quantileOf(sample, share));
      const [left, top] = api.coord([span.low, row]);
      const right = api.coord([span.high, row])[0];
      const x = (value: number) => api.coord([span.clamp(value), row])[0];
      const y = (share: number) => api.coord([span.low, row + share])[1];
      const line = (x1: number, y1: number, x2: number, y2: number, lineWidth: number) => ({
        type: "line" as const, silent: true, shape: { x1, y1, x2, y2 }, style: { stroke: ink, lineWidth },
      });
      const text = (content: string, at: number, align: "left" | "right", fill: string, weight: number) => ({
        type: "text" as const,
        silent: true,
        style: { text: content, x: at, y: top + 8, align, fill, font: `${weight} 12px ${family}` },
      });
      const foot = y(CENTER + REACH) + 5;
      return {
        type: "group",
        children: [
          { type: "line" as const, silent: true, shape: { x1: left, y1: top, x2: right, y2: top }, style: { stroke: state.color("grid"), lineWidth: 1 } },
          text(sample.method.name, left, "left", state.colorOf(sample.method.name), 600),
          text(words(sample, [q1, median, q3], width), right, "right", sample.failed > 0 ? state.color("bad") : state.color("ink-2"), 400),
          ...(median < Infinity ? [line(x(median), y(CENTER - REACH) - 3, x(median), foot + 3, 2)] : []),
          ...(q1 < Infinity ? [line(x(q1), foot, x(q3), foot, 3)] : []),
        ],
      };
    },
  };
}

function words({ failed, total }: Sample, [q1, median, q3]: number[], width: number): string {
  const value = (number: number) => (number < Infinity ? short(number) : "failed");
  const quartiles = width < 520 ? "" : ` (${value(q1)} to ${value(q3)})`;
  return `median ${value(median)}${quartiles}${failed > 0 ? `, ${integer(failed)} of ${integer(total)} failed` : ""}`;
}

function describe(state: State, samples: Sample[], trajectory: number): string {
  return tooltipTable(
    `trajectory ${integer(trajectory)}`,
    samples.map(({ method, values }) => {
      const end = method.diverged.find((one) => one.trajectory === trajectory);
      const word = end ? (end.isScored ? ` diverged in cycle ${end.cycle}` : ` failed in cycle ${end.cycle}`) : "";
      return {
        color: state.colorOf(method.name),
        name: escapeHtml(method.name),
        value: (Number.isFinite(values[trajectory]) ? short(values[trajectory]) : "") + word || "\u2013",
      };
    }),
  );
}
