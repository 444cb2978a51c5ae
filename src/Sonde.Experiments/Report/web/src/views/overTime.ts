import type { LineSeriesOption } from "echarts";
import { chart, logarithmicTicks, MARGIN, short, tooltip, tooltipTable, valueAxis, withTicks, type Drawing, type EChartsOption } from "../chart";
import type { Series } from "../contract";
import { nice, ticks } from "d3-array";
import { checkbox, escapeHtml, h, segmented, select } from "../dom";
import { inUnit, sentence } from "../format";
import { extent, finiteCount, quantile, reduce, type Curve, type Reduced } from "../series";
import { bandShape } from "../shapes";
import type { State } from "../state";
import { TimeZoom } from "../timeZoom";

/** What can be chosen: a solid curve a method, and where there is a second name a dashed one. */
interface Choice {
  value: string;
  text: string;
  series: string[];
  axis: string;
  caption: string;
  /** Of its values: that of the state, or of one field. */
  unit: string;
}

const ERROR_AND_SPREAD = "Good: low and level, with the spread (dashed) as large as the error (solid).";
const SMALL = "Good: small, and not growing.";

/** Every name that comes with the report, and what to expect of it. */
function choicesOf(state: State): Choice[] {
  const names = new Set(state.methods.flatMap((method) => method.series.map((series) => series.name)));
  const both = "RMSE (solid) and spread (dashed)";
  const { unit } = state;
  const found: Choice[] = [];
  const add = (text: string, series: string[], axis: string, caption: string, of = unit) => {
    const present = series.filter((name) => names.has(name));
    if (!names.has(series[0])) return;
    found.push({ value: text, text, series: present, axis, caption, unit: of });
    for (const name of present) names.delete(name);
  };
  add("error and spread", ["error", "spread"], both, ERROR_AND_SPREAD);
  for (const name of [...names].filter((n) => n.startsWith("withheldError."))) {
    const field = name.slice("withheldError.".length);
    const of = state.data.fields.find((f) => f.name === field)?.unit ?? state.data.components.find((c) => c.name === field)?.unit ?? "";
    add(`withheld ${field}`, [name, `withheldSpread.${field}`], both, ERROR_AND_SPREAD, of);
  }
  add("forecast error", ["forecastError"], "RMSE of the forecast", SMALL);
  add("smoothed", ["smoothedError", "smoothedSpread"], `${both}, smoothed`, ERROR_AND_SPREAD);
  add("CRPS", ["crps"], "CRPS", SMALL);
  add("spread", ["spread"], "spread, standard deviation", "What methods believe their error to be. Good: level; a spread that shrinks without end ends in divergence.");
  add("smoothed spread", ["smoothedSpread"], "spread of the smoothed states", SMALL);
  add(
    "innovation consistency", ["innovationConsistency"], "innovations, actual size over expected",
    "Good: around 1. Above, the forecast is more wrong than it believes; below, less.", "",
  );
  for (const name of [...names]) add(name, [name], sentence(name), "", "");
  return found;
}

/** Consecutive times that a point may stand for: their mean, within a band from the smallest to the largest. */
const RUNS = [1, 2, 5, 10, 20, 50, 100];
const READABLE = 150;
const MOST_BANDS = 5;

function runChoice(n: number) {
  return { value: String(n), text: n === 1 ? "single times" : `${n} times` };
}

interface Line extends Reduced {
  id: string;
  method: string;
  dashed: boolean;
  isLost: boolean;
}

/** Error, spread and other numbers over time, one curve a method; a long run is drawn as means within bands of extremes. */
export function overTimeView(state: State): HTMLElement | null {
  const choices = choicesOf(state);
  if (choices.length === 0) return null;
  let choice = choices[0];
  let logarithmic = needsLogarithm(state);
  const longest = Math.max(...state.methods.flatMap((method) => method.series.map((series) => series.values.count)));
  let run = RUNS.find((n) => longest / n <= READABLE) ?? RUNS[RUNS.length - 1];

  const all = state.methods.flatMap((method) => method.series.map((series) => state.block.numbers(series.times)));
  const zoom = new TimeZoom(all, (instance) => {
    const { option, points } = draw(view.element.clientWidth);
    view.element.dataset.points = String(points);
    instance.setOption({ series: option.series, xAxis: option.xAxis, yAxis: option.yAxis } as EChartsOption);
  });

  const view = chart(state, {
    name: "over-time",
    label: "Scores of each method over time",
    height: () => (innerWidth < 600 ? 320 : 400),
    draw,
    attach: (instance) => zoom.attach(instance),
  });

  function draw(width: number): Drawing {
    const columns = Math.max(100, Math.round(width / 2));
    const visible = run > 1 && longest * ((zoom.to - zoom.from) / (zoom.full[1] - zoom.full[0])) > READABLE ? run : 1;
    const lines: Line[] = state.visibleMethods.flatMap((method) =>
      method.series
        .filter((series) => choice.series.includes(series.name))
        .map((series) => ({
          id: `${method.name}/${series.name}`,
          method: method.name,
          dashed: series.name !== choice.series[0],
          isLost: method.divergence !== undefined,
          ...reduce(curveOf(state, series), zoom.from, zoom.to, columns, visible),
        })),
    );
    const crowded = lines.filter((line) => !line.dashed).length > MOST_BANDS;
    for (const line of lines) if (crowded || line.dashed || line.isLost) line.band = [];
    const option: EChartsOption = {
      grid: { ...MARGIN, bottom: 64 + 14 * state.times.lines },
      xAxis: zoom.axis(state, width),
      yAxis: axisOf(choice.axis + inUnit(choice.unit), range(state, lines, zoom, logarithmic)) as NonNullable<EChartsOption["yAxis"]>,
      tooltip: {
        ...tooltip(state),
        trigger: "axis",
        axisPointer: { type: "line", lineStyle: { color: state.color("ink-3"), width: 1, type: "solid" } },
        formatter: (items: unknown) => describe(state, items as TipItem[]),
      },
      ...zoom.options(state, [0]),
      series: [
        marks(state, zoom),
        ...lines.map((line) =>
          bandShape(`band ${line.id}`, line.band, state.colorOf(line.method), 0.13)),
        ...lines.map((line) => lineSeries(state, line)),
      ],
    };
    return { option, points: lines.reduce((sum, line) => sum + finiteCount(line.points), 0) };
  }

  function axisOf(name: string, limits: Range | null) {
    if (!limits) return valueAxis(state, "y", name);
    return withTicks(valueAxis(state, "y", name, { type: logarithmic ? "log" : "value", min: limits.min, max: limits.max }), limits.ticks);
  }

  const note = h("p", { class: "note" });
  const describeChoice = () => (note.textContent = choice.caption);
  describeChoice();
  return h(
    "div",
    {},
    note,
    h(
      "div",
      { class: "controls" },
      choices.length > 1 &&
        segmented("Show", choices, choice.value, (value) => {
          choice = choices.find((each) => each.value === value)!;
          describeChoice();
          view.redraw();
        }),
      longest > READABLE &&
        select("Means of", RUNS.filter((n) => n === 1 || longest / n >= 20).map(runChoice), String(run), (value) => {
          run = Number(value);
          view.redraw();
        }),
      checkbox("logarithmic", logarithmic, (checked) => {
        logarithmic = checked;
        view.redraw();
      }),
      h("span", { class: "hint mouse" }, "Drag to zoom, double-click to see all."),
    ),
    view.element,
  );
}

function curveOf(state: State, series: Series): Curve {
  return {
    times: state.block.numbers(series.times),
    values: state.block.numbers(series.values),
    low: series.low && state.block.numbers(series.low),
    high: series.high && state.block.numbers(series.high),
  };
}

function lineSeries(state: State, line: Line): LineSeriesOption {
  const color = state.colorOf(line.method);
  return {
    type: "line",
    id: line.id,
    name: line.dashed ? `${line.method}, spread` : line.method,
    data: line.points,
    showSymbol: line.points.length < 3,
    lineStyle: { color, width: line.dashed ? 1.25 : 1.6, type: line.dashed ? [4, 3] : state.dashOf(line.method) },
    itemStyle: { color },
    emphasis: { disabled: true },
    z: 3,
  };
}

/** Burn-in and tail as shaded stretches, and where methods diverged. */
function marks(state: State, zoom: TimeZoom): LineSeriesOption {
  const { burnIn, tail } = state.experiment;
  const unscored: [object, object][] = [];
  if (burnIn !== null && burnIn > zoom.from) unscored.push([{ name: "burn-in, not scored", xAxis: "min" }, { xAxis: burnIn }]);
  if (tail !== null && tail < zoom.to) unscored.push([{ name: "not scored", xAxis: tail, label: { position: "insideTopRight" } }, { xAxis: "max" }]);
  const tag = { fontSize: 11, backgroundColor: state.color("page"), padding: [2, 4], borderRadius: 3, z: 10 };
  const shown = (time: number | null | undefined) => typeof time === "number" && time >= zoom.from && time <= zoom.to;
  const diverged = state.visibleMethods.filter((method) => shown(method.divergence?.time));
  return {
    type: "line",
    id: "marks",
    data: [],
    silent: true,
    markArea: {
      silent: true,
      itemStyle: { color: state.color("shade") },
      label: { position: "insideTopLeft", ...tag, color: state.color("ink-2") },
      data: unscored,
    },
    markLine: {
      silent: true,
      symbol: "none",
      data: diverged.map((method) => ({
        xAxis: method.divergence!.time!,
        lineStyle: { color: state.colorOf(method.name), type: [2, 3], width: 1.5 },
        label: { formatter: `${method.name} diverged`, ...tag, color: state.colorOf(method.name), position: "insideStartTop" },
      })),
    },
  };
}

interface Range {
  min: number;
  max: number;
  ticks: number[];
}

/**
 * The y axis: what the visible stretch needs, without letting what is not scored or a diverged method squeeze the rest flat.
 */
function range(state: State, lines: Line[], zoom: TimeZoom, logarithmic: boolean): Range | null {
  const [start, end] = [state.experiment.burnIn ?? -Infinity, state.experiment.tail ?? Infinity];
  const of = (line: Line) =>
    [...line.points.map(([t, v]) => [t, v, v]), ...line.band].filter(
      ([t, low]) => t >= zoom.from && t <= zoom.to && Number.isFinite(low),
    );
  const all = lines.flatMap(of);
  const room = lines.some((line) => line.isLost) ? 1.5 : 2.5;
  const sound = lines.filter((line) => !line.isLost).flatMap(of);
  const scored = sound.filter(([t]) => t >= start && t <= end);
  const basis = [scored, sound, all].find((points) => points.length > 0);
  if (!basis) return null;
  const [low, high] = [extent(basis.map((p) => p[1]))[0], extent(basis.map((p) => p[2]))[1]];
  const most = Math.min(extent(all.map((p) => p[2]))[1], basis === all ? Infinity : room * high);
  if (logarithmic) {
    const least = extent(all.map((p) => p[1]).filter((v) => v > 0))[0];
    const steps = logarithmicTicks(least, most);
    return { min: steps[0], max: steps[steps.length - 1], ticks: steps };
  }
  const [min, max] = nice(Math.min(0, low), most > 0 ? 1.02 * most : 1, 6);
  return { min, max, ticks: ticks(min, max, 5) };
}

/** Curves of very different size are read on a logarithmic axis. */
function needsLogarithm(state: State): boolean {
  const sizes = state.methods
    .filter((method) => !method.divergence)
    .map((method) => method.series.find((series) => series.name === "error" || series.name.startsWith("withheldError.")))
    .filter((series) => series !== undefined)
    .map((series) => quantile(Array.from(state.block.numbers(series.values)), 0.5))
    .filter((size) => size > 0);
  return sizes.length > 1 && Math.max(...sizes) > 8 * Math.min(...sizes);
}

interface TipItem {
  seriesName: string;
  value: [number, number];
  color: string;
}

function describe(state: State, items: TipItem[]): string {
  const shown = items.filter((item) => Array.isArray(item.value) && Number.isFinite(item.value[1]));
  if (shown.length === 0) return "";
  return tooltipTable(
    escapeHtml(state.times.text(shown[0].value[0])),
    shown.map((item) => ({ color: item.color, name: escapeHtml(item.seriesName), value: short(item.value[1]) })),
  );
}
