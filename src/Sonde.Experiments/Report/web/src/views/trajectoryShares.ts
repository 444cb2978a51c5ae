import type { LineSeriesOption } from "echarts";
import { MARGIN, short, tooltip, tooltipTable, valueAxis, withTicks, type Drawing } from "../chart";
import { escapeHtml } from "../dom";
import type { State } from "../state";
import type { Span } from "./trajectories";
import { shareBelow, type Sample } from "./trajectorySamples";

const SHARES = [0, 0.25, 0.5, 0.75, 1];

/** For each method the share of trajectories with so much or less, as steps. */
export function shares(state: State, samples: Sample[], span: Span): Drawing {
  return {
    points: samples.reduce((sum, sample) => sum + sample.sorted.length, 0),
    option: {
      grid: { ...MARGIN, right: 20 },
      xAxis: span.axis as object,
      yAxis: withTicks(valueAxis(state, "y", "share of trajectories at or below", { min: 0, max: 1 }), SHARES, percent) as object,
      tooltip: {
        ...tooltip(state),
        trigger: "axis",
        axisPointer: { type: "line", snap: false, lineStyle: { color: state.color("ink-3"), width: 1, type: "solid" } },
        formatter: (items: unknown) => {
          const value = (items as { axisValue: number }[])[0]?.axisValue;
          if (value === undefined) return "";
          return tooltipTable(
            `${escapeHtml(span.name)} ${short(value)} or less`,
            samples.map((sample) => ({
              color: state.colorOf(sample.method.name), name: escapeHtml(sample.method.name), value: percent(shareBelow(sample, value)),
            })),
          );
        },
      },
      series: samples.map((sample): LineSeriesOption => {
        const color = state.colorOf(sample.method.name);
        return {
          type: "line",
          name: sample.method.name,
          step: "end",
          data: steps(sample, span),
          showSymbol: false,
          lineStyle: { color, width: 1.75, type: state.dashOf(sample.method.name) },
          itemStyle: { color },
          emphasis: { disabled: true },
        };
      }),
    },
  };
}

/** One corner for each different value, from the axis's left end to its right. */
function steps({ sorted, total }: Sample, span: Span): [number, number][] {
  const corners: [number, number][] = [[span.low, 0]];
  sorted.forEach((value, i) => {
    if (i + 1 === sorted.length || sorted[i + 1] > value) corners.push([span.clamp(value), (i + 1) / total]);
  });
  return [...corners, [span.high, sorted.length / total]];
}

function percent(share: number): string {
  const size = 100 * share;
  return `${Number(size.toFixed(size > 0 && size < 100 ? 1 : 0))}\u00a0%`;
}
