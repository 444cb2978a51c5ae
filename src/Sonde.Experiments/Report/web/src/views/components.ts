import type { LineSeriesOption, ScatterSeriesOption } from "echarts";
import { chart, legend, methodLabel, short, tooltip, tooltipTable, rangeAxis, type Drawing, type EChartsOption } from "../chart";
import type { Component } from "../contract";
import { nice } from "d3-array";
import { checkbox, escapeHtml, h, select } from "../dom";
import { inUnit, integer } from "../format";
import { extent, finiteCount, quantile, type BandPoint } from "../series";
import { bandShape } from "../shapes";
import type { State } from "../state";
import { TimeZoom } from "../timeZoom";

/** How opaque a band is among so many. */
const OPACITY = [0, 0.22, 0.16, 0.13, 0.1];
const READABLE = innerWidth < 600 ? 100 : 300;

interface Band {
  method: string;
  mean: Float32Array;
  low: Float32Array;
  high: Float32Array;
}

interface Loaded {
  component: Component;
  trajectory: number;
  times: Float32Array;
  truth: Float32Array | null;
  bands: Band[];
  observed: [number, number][];
}

/** Single components over time, one above the other: truth, mean and 90 % interval, observations. */
export function componentsView(state: State, parameters: boolean): HTMLElement | null {
  const all = state.data.components.filter((c) => c.isParameter === parameters).map((c) => loaded(state, c));
  if (all.length === 0) return null;
  const trajectories = [...new Set(all.map((row) => row.trajectory))];
  const of = (trajectory: number) => all.filter((row) => row.trajectory === trajectory);
  let rows = of(trajectories[0]);
  const methods = [...new Set(all.flatMap((row) => row.bands.map((band) => band.method)))];
  const chosen = new Set([state.favorite(methods)]);
  let hasBands = true;
  const lost = new Set(state.methods.filter((m) => m.divergence).map((m) => m.name));
  const panel = parameters ? 110 : 96;
  const gap = 40;
  const foot = 62 + 14 * state.times.lines;

  const zoom = new TimeZoom(
    all.map((row) => row.times),
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

  function shownOf(row: Loaded): Band[] {
    return row.bands.filter((band) => chosen.has(band.method) && state.isVisible(band.method));
  }

  /** Bands that the axis has room for: those shown, unless they are lost. */
  function soundOf(row: Loaded): Band[] {
    const sound = (bands: Band[]) => bands.filter((band) => !lost.has(band.method));
    return [sound(shownOf(row)), sound(row.bands)].find((bands) => bands.length > 0) ?? row.bands;
  }

  function draw(width: number): Drawing {
    const series: (LineSeriesOption | ScatterSeriesOption | ReturnType<typeof bandShape>)[] = [];
    let points = 0;
    rows.forEach((row, axis) => {
      const shown = shownOf(row);
      if (hasBands)
        for (const { method, low, high } of shown) {
          const band = Array.from(row.times, (t, i): BandPoint => [t, low[i], high[i]]);
          series.push(bandShape(`band ${axis} ${method}`, band, state.colorOf(method), OPACITY[shown.length] ?? 0.08, axis));
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
          symbolSize: isSparse(row) ? 6 : 4.5,
          itemStyle: { color: state.color("panel"), borderColor: state.color("ink-3"), borderWidth: 1 },
          silent: true,
          tooltip: { show: false },
          z: isSparse(row) ? 4 : 1,
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
          rangeAxis(state, "y", row.component.name + inUnit(row.component.unit), ...rangeOf(row, soundOf(row)), 3, { gridIndex: i }),
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

  const boxes = methods.map((method) =>
    checkbox(methodLabel(state, method), chosen.has(method), (checked) => {
      if (checked) chosen.add(method);
      else chosen.delete(method);
      view.redraw();
    }),
  );
  const hide = () => boxes.forEach((box, i) => (box.hidden = !state.isVisible(methods[i])));
  state.onChange(hide, view.element);
  return h(
    "div",
    {},
    h("p", { class: "note" }, rows.some((row) => row.truth)
      ? "Good: the truth stays inside the interval nine times out of ten, and the interval is narrow."
      : "Good: a narrow interval that moves no farther than it is wide."),
    h(
      "div",
      { class: "controls" },
      trajectories.length > 1 &&
        select("Trajectory", trajectories.map((k) => ({ value: String(k), text: integer(k) })), String(trajectories[0]), (value) => {
          rows = of(Number(value));
          view.redraw();
        }),
      ...(methods.length > 1 ? boxes : []),
      methods.length > 1 &&
        checkbox("90 % intervals", hasBands, (checked) => {
          hasBands = checked;
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
    trajectory: component.trajectory ?? 0,
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

/** Few readings can stand before the lines without hiding them. */
function isSparse(row: Loaded): boolean {
  return 3 * row.observed.length < row.times.length;
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
function rangeOf(row: Loaded, bands: readonly Band[]): [number, number] {
  const believed = bands.flatMap((band) => [...band.low, ...band.high]);
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
