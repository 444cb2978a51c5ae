import type { LineSeriesOption } from "echarts";
import { nice } from "d3-array";
import { chart, figure, MARGIN, pointLine, short, tooltip, tooltipTable, valueAxis, type Drawing } from "../chart";
import { escapeHtml, h } from "../dom";
import { inUnit, tick } from "../format";
import type { BandPoint } from "../series";
import { errorBars } from "../shapes";
import type { State } from "../state";
import { scoreTable } from "./scoreTable";

/** Ratios beyond this, or its inverse, are drawn there as arrows. */
const MOST = 8;

/** Pixels of the strip of frequencies below the chart of spread and error. */
const FREQUENCIES = 46;

/** Stated against observed probabilities, spread against error in bins, and their ratio over the whole run. */
export function reliability(state: State): HTMLElement | null {
  const intervals = state.methods.some((method) => method.reliability);
  const skill = state.methods.some((method) => method.spreadSkill);
  const ratio = state.methods.some((method) => (method.scores.spreadErrorRatio?.value ?? 0) > 0);
  const numbers = state.methods.filter((method) => Object.keys(method.calibration ?? {}).length > 0);
  if (!intervals && !skill && !ratio) return null;
  const what = ratio ? "truths" : "withheld observations";
  return h(
    "div",
    { class: "columns" },
    intervals &&
      figure(
        h("h3", {}, "Reliability"),
        h("p", { class: "note" }, `How often central intervals held ${what}, ± two standard errors. Good: on the diagonal. Below it, intervals are too narrow.`),
        chart(state, {
          name: "reliability",
          label: `Observed share of ${what} inside intervals against their stated probability`,
          height: 300,
          draw: () => drawReliability(state),
        }).element,
      ),
    skill &&
      figure(
        h("h3", {}, "Spread and error"),
        h("p", { class: "note" }, "Errors that came with small and large spreads, and below how often such spreads occur. Good: on the diagonal. Above it, the spread is too small."),
        chart(state, {
          name: "spread-skill",
          label: "Root mean square error against spread, in bins, and the frequency of spreads",
          height: 340,
          draw: () => drawSpreadSkill(state),
        }).element,
      ),
    ratio &&
      figure(
        h("h3", {}, "Spread over error"),
        h("p", { class: "note" }, "Of the whole run. Good: 1. Inside the band from 0.8 to 1.25 the spread is about right."),
        chart(state, {
          name: "spread-error",
          label: "Spread over error of each method",
          height: () => Math.max(300, 84 + 26 * state.visibleMethods.length),
          draw: () => drawRatios(state),
        }).element,
      ),
    numbers.length > 0 &&
      figure(
        h("h3", {}, "Calibration in numbers"),
        h("p", { class: "note" }, "SSREL is the mean distance of the chart of spread and error from its diagonal; a constant spread of the right size has a small one too."),
        scoreTable(
          state,
          "calibration",
          "Calibration scores of each method",
          state.unit,
          numbers.map((method) => ({ method, scores: method.calibration!, detail: "", group: "" })),
        ),
      ),
  );
}

function diagonal(state: State, to: number): LineSeriesOption {
  return {
    type: "line",
    data: [
      [0, 0],
      [to, to],
    ],
    silent: true,
    showSymbol: false,
    tooltip: { show: false },
    lineStyle: { color: state.color("ink-3"), width: 1, type: [4, 4] },
    z: 1,
  };
}

function drawReliability(state: State): Drawing {
  const lines = state.visibleMethods.flatMap((method) => {
    if (!method.reliability) return [];
    const nominal = state.block.numbers(method.reliability.nominal);
    const observed = state.block.numbers(method.reliability.observed);
    const error = method.reliability.standardError && state.block.numbers(method.reliability.standardError);
    const points = Array.from(nominal, (p, i): [number, number] => [p, observed[i]]);
    const bars = error ? points.map(([p, q], i): BandPoint => [p, q - 2 * error[i], q + 2 * error[i]]) : [];
    return [{ method: method.name, points, bars }];
  });
  return {
    points: lines.reduce((sum, line) => sum + line.points.length, 0),
    option: {
      grid: { ...MARGIN, left: 44 },
      xAxis: valueAxis(state, "x", "stated probability", { min: 0, max: 1, splitNumber: 5 }),
      yAxis: valueAxis(state, "y", "share inside", { min: 0, max: 1, splitNumber: 5, nameTextStyle: sideName(state, 32) }),
      tooltip: pointTooltip(state, "stated", "observed"),
      series: [
        diagonal(state, 1),
        ...lines.map((line) => errorBars(`bars ${line.method}`, line.bars, state.colorOf(line.method))),
        ...lines.map((line) => pointLine(state, line.method, line.points)),
      ],
    },
  };
}

function drawSpreadSkill(state: State): Drawing {
  const lines = state.visibleMethods.flatMap((method) => {
    if (!method.spreadSkill) return [];
    const spread = state.block.numbers(method.spreadSkill.spread);
    const error = state.block.numbers(method.spreadSkill.error);
    const edges = state.block.numbers(method.spreadSkill.edges);
    const all = method.spreadSkill.frequencies.reduce((sum, count) => sum + count, 0);
    const density = method.spreadSkill.frequencies.map((count, i): [number, number] => [edges[i], count / all / (edges[i + 1] - edges[i])]);
    return [
      {
        method: method.name,
        diverged: !!method.divergence,
        points: Array.from(spread, (s, i): [number, number] => [s, error[i]]),
        density: [...density, ...(density.length > 0 ? [[edges[density.length], 0] as [number, number]] : [])].filter((point) => point.every(Number.isFinite)),
      },
    ];
  });
  const sound = lines.some((line) => !line.diverged) ? lines.filter((line) => !line.diverged) : lines;
  const most = 1.08 * Math.max(0, ...sound.flatMap((line) => line.points.flat()).filter(Number.isFinite));
  const end = most > 0 ? nice(0, most, 5)[1] : 1;
  return {
    points: lines.reduce((sum, line) => sum + line.points.length, 0),
    option: {
      grid: [
        { ...MARGIN, left: 44, bottom: MARGIN.bottom + FREQUENCIES },
        { left: 44, right: MARGIN.right, bottom: MARGIN.bottom, height: FREQUENCIES - 6 },
      ],
      xAxis: [
        { ...valueAxis(state, "x", "", { min: 0, max: end, splitNumber: 5 }), axisLabel: { show: false } },
        { ...valueAxis(state, "x", "spread" + inUnit(state.unit), { min: 0, max: end, splitNumber: 5 }), gridIndex: 1 },
      ],
      yAxis: [
        valueAxis(state, "y", "error" + inUnit(state.unit), { min: 0, max: end, splitNumber: 5, nameTextStyle: sideName(state, 32) }),
        { type: "value", gridIndex: 1, min: 0, show: false },
      ],
      tooltip: pointTooltip(state, "spread", "error"),
      series: [
        diagonal(state, end),
        ...lines.map((line) => pointLine(state, line.method, line.points)),
        ...lines.map((line) => frequencies(state, line.method, line.density)),
      ],
    },
  };
}

/** How often spreads occur, as a staircase. */
function frequencies(state: State, method: string, density: [number, number][]): LineSeriesOption {
  const color = state.colorOf(method);
  return {
    type: "line",
    xAxisIndex: 1,
    yAxisIndex: 1,
    data: density,
    step: "end",
    silent: true,
    showSymbol: false,
    tooltip: { show: false },
    lineStyle: { color, width: 1, type: state.dashOf(method) },
    areaStyle: { color, opacity: 0.12 },
    emphasis: { disabled: true },
  };
}

function drawRatios(state: State): Drawing {
  const rows = state.visibleMethods.flatMap((method) => {
    const value = method.scores.spreadErrorRatio?.value;
    return isNumber(value) && value > 0 ? [{ method: method.name, value, place: Math.min(MOST, Math.max(1 / MOST, value)) }] : [];
  });
  const reach = Math.max(2, ...rows.map((row) => 1.15 * Math.max(row.place, 1 / row.place)));
  const powers = Math.max(1, Math.ceil(Math.log2(reach) / 2));
  const customValues = [-2, -1, 0, 1, 2].map((k) => 2 ** (k * powers)).filter((v) => v <= reach && v >= 1 / reach);
  const names = rows.map((row) => row.method);
  const longest = Math.max(0, ...names.map((name) => name.length));
  return {
    points: rows.length,
    option: {
      grid: { ...MARGIN, left: Math.min(150, 20 + 7 * longest), top: 12, right: 24 },
      xAxis: {
        ...valueAxis(state, "x", "spread over error", { min: 1 / reach, max: reach }),
        type: "log",
        logBase: 2,
        axisLabel: { color: state.color("ink-2"), fontSize: 11, formatter: tick, customValues },
        axisTick: { show: true, lineStyle: { color: state.color("axis") }, customValues },
        splitLine: { show: false },
      },
      yAxis: {
        type: "category",
        inverse: true,
        data: names,
        axisLine: { show: false },
        axisTick: { show: false },
        splitLine: { show: true, interval: 0, lineStyle: { color: state.color("grid") } },
        axisLabel: { color: state.color("ink-2"), fontSize: 12, width: 136, overflow: "truncate", interval: 0 },
      },
      tooltip: {
        ...tooltip(state),
        trigger: "item",
        formatter: (item: unknown) => {
          const row = rows[(item as { dataIndex: number }).dataIndex];
          return tooltipTable(escapeHtml(row.method), [
            { color: state.colorOf(row.method), name: "spread over error", value: short(row.value) },
          ]);
        },
      },
      series: [
        {
          type: "scatter",
          symbolSize: 11,
          data: rows.map((row, i) => ({
            value: [row.place, i],
            symbol: row.place === row.value ? "circle" : "triangle",
            symbolRotate: row.value < 1 ? 90 : -90,
            itemStyle: { color: state.colorOf(row.method), opacity: 1 },
          })),
          markArea: {
            silent: true,
            itemStyle: { color: state.color("shade") },
            data: [[{ xAxis: 0.8 }, { xAxis: 1.25 }]],
          },
          markLine: {
            silent: true,
            symbol: "none",
            label: { show: false },
            lineStyle: { color: state.color("ink-3"), width: 1, type: [4, 4] },
            data: [{ xAxis: 1 }],
          },
        },
      ],
    },
  };
}

function pointTooltip(state: State, x: string, y: string) {
  return {
    ...tooltip(state),
    trigger: "item" as const,
    formatter: (item: unknown) => {
      const { seriesName, value, color } = item as { seriesName: string; value: [number, number]; color: string };
      return tooltipTable(escapeHtml(seriesName), [
        { color: "transparent", name: x, value: short(value[0]) },
        { color, name: y, value: short(value[1]) },
      ]);
    },
  };
}

function sideName(state: State, left: number) {
  return { color: state.color("ink-2"), fontSize: 12, align: "left", padding: [0, 0, 0, -left] };
}

function isNumber(value: number | null | undefined): value is number {
  return value !== null && value !== undefined;
}
