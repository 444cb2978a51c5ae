import type { LineSeriesOption, ScatterSeriesOption } from "echarts";
import { chart, legend, short, tooltip, tooltipTable, rangeAxis, type Drawing, type EChartsOption } from "../chart";
import type { Component } from "../contract";
import { nice } from "d3-array";
import { escapeHtml, h, select } from "../dom";
import { inUnit } from "../format";
import { extent, finiteCount, quantile, type BandPoint } from "../series";
import { bandShape } from "../shapes";
import type { State } from "../state";
import { TimeZoom } from "../timeZoom";

const ALL = "";
const READABLE = innerWidth < 600 ? 100 : 300;

interface Loaded {
  component: Component;
  times: Float32Array;
  truth: Float32Array | null;
  bands: { method: string; mean: Float32Array; low: Float32Array; high: Float32Array }[];
  observed: [number, number][];
}

/** Single components over time, one above the other: truth, mean and 90 % interval, observations. */
export function componentsView(state: State, parameters: boolean): HTMLElement | null {
  const rows = state.data.components.filter((c) => c.isParameter === parameters).map((c) => loaded(state, c));
  if (rows.length === 0) return null;
  const methods = [...new Set(rows.flatMap((row) => row.bands.map((band) => band.method)))];
  let method = state.favorite(methods);
  const lost = new Set(state.methods.filter((m) => m.divergence).map((m) => m.name));
  const panel = parameters ? 110 : 96;
  const gap = 40;
  const foot = 62 + 14 * state.times.lines;

  const zoom = new TimeZoom(
    rows.map((row) => row.times),
    (instance) => instance.setOption({ xAxis: axesOf(view.element.clientWidth) } as EChartsOption),
  );
  const longest = rows.reduce((a, b) => (a.times.length > b.times.length ? a : b)).times;
  if (!parameters && longest.length > READABLE) zoom.from = longest[longest.length - READABLE];

  const view = chart(state, {
    name: parameters ? "parameters" : "components",
    label: parameters ? "Parameters over time" : "Components over time",
    height: () => 30 + rows.length * (panel + gap) - gap + foot,
    draw,
    attach: (instance) => zoom.attach(instance),
  });

  function axesOf(width: number) {
    const last = rows.length - 1;
    return rows.map((_, i) => zoom.axis(state, width, i === last ? { gridIndex: i } : { gridIndex: i, name: "", labels: false }));
  }

  function draw(width: number): Drawing {
    const series: (LineSeriesOption | ScatterSeriesOption | ReturnType<typeof bandShape>)[] = [];
    let points = 0;
    rows.forEach((row, axis) => {
      const shown = row.bands.filter((band) => (method === ALL ? state.isVisible(band.method) : band.method === method));
      if (shown.length === 1) {
        const [{ low, high }] = shown;
        const band = Array.from(row.times, (t, i): BandPoint => [t, low[i], high[i]]);
        series.push(bandShape(`band ${axis}`, band, state.colorOf(shown[0].method), 0.22, axis));
      }
      if (row.truth) series.push(line("truth", pairs(row.times, row.truth), state.color("ink"), "solid", axis, 1.25));
      for (const band of shown)
        series.push(line(band.method, pairs(row.times, band.mean), state.colorOf(band.method), state.dashOf(band.method), axis, 1.5));
      if (row.observed.length > 0)
        series.push({
          type: "scatter",
          name: "observation",
          xAxisIndex: axis,
          yAxisIndex: axis,
          data: row.observed,
          symbolSize: 4.5,
          itemStyle: { color: state.color("panel"), borderColor: state.color("ink-3"), borderWidth: 1 },
          silent: true,
          tooltip: { show: false },
          z: 1,
        });
      points += row.observed.length + (row.truth ? finiteCount(pairs(row.times, row.truth)) : 0);
      points += shown.reduce((sum, band) => sum + finiteCount(pairs(row.times, band.mean)), 0);
    });
    const axes = rows.map((_, i) => i);
    return {
      points,
      option: {
        grid: rows.map((_, i) => ({ left: 56, right: 14, top: 30 + i * (panel + gap), height: panel })),
        xAxis: axesOf(width) as EChartsOption["xAxis"] & object,
        yAxis: rows.map((row, i) =>
          rangeAxis(state, "y", row.component.name + inUnit(row.component.unit), ...rangeOf(row, lost), 3, { gridIndex: i }),
        ) as EChartsOption["yAxis"] & object,
        axisPointer: { link: [{ xAxisIndex: "all" }] },
        tooltip: {
          ...tooltip(state),
          trigger: "axis",
          axisPointer: { type: "line", lineStyle: { color: state.color("ink-3"), width: 1, type: "solid" } },
          formatter: (items: unknown) => describe(state, rows, items as TipItem[]),
        },
        ...zoom.options(state, axes),
        series,
      },
    };
  }

  const choices = [...methods.map((value) => ({ value, text: value })), { value: ALL, text: "all, means only" }];
  return h(
    "div",
    {},
    h("p", { class: "note" }, rows.some((row) => row.truth)
      ? "Good: the truth stays inside the interval nine times out of ten, and the interval is narrow."
      : "Good: a narrow interval that moves no farther than it is wide."),
    h(
      "div",
      { class: "controls" },
      methods.length > 1 &&
        select("Method", choices, method, (value) => {
          method = value;
          view.redraw();
        }),
      h("span", { class: "hint mouse" }, "Drag to zoom, double-click to see all."),
    ),
    view.element,
    legend(
      ...(rows.some((row) => row.truth) ? [{ sign: "line" as const, color: "var(--ink)", text: "truth" }] : []),
      { sign: "band", color: "var(--ink-3)", text: "mean and 90 % interval, in the method’s color" },
      ...(rows.some((row) => row.observed.length > 0) ? [{ sign: "dot" as const, color: "var(--ink-3)", text: "observations" }] : []),
    ),
  );
}

function loaded(state: State, component: Component): Loaded {
  const { block } = state;
  const observedAt = block.numbers(component.observationTimes);
  const observed = block.numbers(component.observationValues);
  return {
    component,
    times: block.numbers(component.times),
    truth: component.truth ? block.numbers(component.truth) : null,
    bands: component.bands.map((band) => ({
      method: band.method,
      mean: block.numbers(band.mean),
      low: block.numbers(band.low),
      high: block.numbers(band.high),
    })),
    observed: Array.from(observedAt, (t, i): [number, number] => [t, observed[i]]),
  };
}

function line(
  name: string, data: [number, number][], color: string, type: "solid" | number[], axis: number, width: number,
): LineSeriesOption {
  return {
    type: "line",
    name,
    xAxisIndex: axis,
    yAxisIndex: axis,
    data,
    showSymbol: false,
    lineStyle: { color, width, type },
    itemStyle: { color },
    emphasis: { disabled: true },
    z: name === "truth" ? 2 : 3,
  };
}

/** Room for the truth, and for all but the rarest of what methods believe. */
function rangeOf(row: Loaded, lost: ReadonlySet<string>): [number, number] {
  const believed = row.bands.filter((band) => !lost.has(band.method)).flatMap((band) => [...band.low, ...band.high]);
  const [low, high] = extent([...(row.truth ?? []), quantile(believed, 0.02), quantile(believed, 0.98)]);
  return high > low ? nice(low, high, 4) : [low - 1, low + 1];
}

function pairs(times: Float32Array, values: Float32Array): [number, number][] {
  return Array.from(times, (t, i) => [t, values[i]]);
}

interface TipItem {
  seriesName: string;
  color: string;
  value: [number, number];
  axisIndex: number;
}

function describe(state: State, rows: Loaded[], items: TipItem[]): string {
  const lines = items.filter((item) => item.seriesName !== "observation" && Number.isFinite(item.value?.[1]));
  if (lines.length === 0) return "";
  return tooltipTable(
    escapeHtml(state.times.text(lines[0].value[0])),
    lines.map((item) => ({
      color: item.color,
      name: escapeHtml(`${rows[item.axisIndex]?.component.name ?? ""}, ${item.seriesName}`),
      value: short(item.value[1]),
    })),
  );
}
