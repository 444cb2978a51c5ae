import { BarChart, CustomChart, LineChart, ScatterChart } from "echarts/charts";
import {
  DataZoomComponent,
  GridComponent,
  MarkAreaComponent,
  MarkLineComponent,
  TooltipComponent,
} from "echarts/components";
import * as echarts from "echarts/core";
import type { EChartsType } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import type { EChartsOption, LineSeriesOption } from "echarts";
import { ticks } from "d3-array";
import { h } from "./dom";
import { number, tick } from "./format";
import type { State } from "./state";

echarts.use([
  BarChart,
  CustomChart,
  LineChart,
  ScatterChart,
  DataZoomComponent,
  GridComponent,
  MarkAreaComponent,
  MarkLineComponent,
  TooltipComponent,
  SVGRenderer,
]);

export type { EChartsOption, EChartsType };

/** A chart and how many numbers it draws. */
export interface Drawing {
  option: EChartsOption;
  points: number;
}

export interface ChartDefinition {
  /** For tests and styles: data-chart. */
  name: string;
  /** What a reader who cannot see it hears. */
  label: string;
  height: number | (() => number);
  draw(width: number): Drawing;
  /** Called once with the chart, to listen to it. */
  attach?(chart: EChartsType): void;
}

/** An ECharts chart that follows its width, the theme and the choice of methods. */
export function chart(state: State, definition: ChartDefinition): { element: HTMLElement; redraw: () => void } {
  const element = h("div", { class: "chart", role: "img", "aria-label": definition.label, "data-chart": definition.name });
  let instance: EChartsType | null = null;

  function redraw(): void {
    const width = element.clientWidth;
    if (width === 0) return;
    const height = typeof definition.height === "number" ? definition.height : definition.height();
    element.style.height = `${height}px`;
    if (!instance) {
      instance = echarts.init(element, null, { renderer: "svg" });
      definition.attach?.(instance);
    } else {
      instance.resize();
    }
    const { option, points } = definition.draw(width);
    instance.setOption({ ...base(state), ...option }, { notMerge: true });
    element.dataset.points = String(points);
  }

  new ResizeObserver(redraw).observe(element);
  state.onChange(redraw, element);
  return { element, redraw };
}

/** A chart with a heading above it. */
export function figure(heading: Node | string | (Node | string)[], ...content: (Node | string)[]): HTMLElement {
  return h("figure", {}, h("figcaption", {}, ...(Array.isArray(heading) ? heading : [heading])), ...content);
}

/** A method's name with its color. */
export function methodLabel(state: State, method: string): HTMLElement {
  return h("span", { class: "method-label", style: `--method: ${state.variableOf(method)}` }, h("span", { class: "swatch" }), method);
}

/** What lines, bands and dots mean, where colors alone do not say it. */
export function legend(...items: { sign: "line" | "band" | "dot"; color: string; text: string }[]): HTMLElement {
  return h(
    "p",
    { class: "legend" },
    ...items.map(({ sign, color, text }) =>
      h("span", { class: "legend-item" }, h("span", { class: `sign ${sign}`, style: `--sign: ${color}` }), text),
    ),
  );
}

/** The sign of an observation on a map, for legends and tables. */
export function markSign(kind: "used" | "withheld" | "rejected"): HTMLElement {
  return h("span", { class: `mark ${kind}`, "aria-hidden": "true" }, kind === "rejected" ? "×" : "");
}

export const MARGIN = { left: 56, right: 14, top: 32, bottom: 46 };

/** An axis of numbers: quiet lines, its name at its end (y) or below its middle (x). */
export function valueAxis(state: State, direction: "x" | "y", name: string, more: Record<string, unknown> = {}) {
  return {
    type: "value" as const,
    name,
    ...(direction === "x"
      ? { nameLocation: "middle" as const, nameGap: 26 }
      : { nameLocation: "end" as const, nameGap: 12 }),
    nameTextStyle: { color: state.color("ink-2"), fontSize: 12, align: direction === "y" ? ("left" as const) : ("center" as const),
      ...(direction === "y" ? { padding: [0, 0, 0, -44] } : {}) },
    axisLine: { show: direction === "x", onZero: false, lineStyle: { color: state.color("axis") } },
    axisTick: { show: direction === "x", lineStyle: { color: state.color("axis") } },
    axisLabel: { color: state.color("ink-2"), fontSize: 11, lineHeight: 14, hideOverlap: true, formatter: (v: number) => tick(v) },
    splitLine: { show: direction === "y", lineStyle: { color: state.color("grid") } },
    splitNumber: direction === "y" ? 4 : 8,
    scale: true,
    ...more,
  };
}

/** An axis over a known range: labels stand at round numbers, never at the ends for their own sake. */
export function rangeAxis(state: State, direction: "x" | "y", name: string, from: number, to: number, count: number, more = {}) {
  return withTicks(valueAxis(state, direction, name, { min: from, max: to, ...more }), ticks(from, to, count));
}

/** An axis with labels at these places and no others. */
export function withTicks<T extends { axisLabel: object; axisTick: object }>(axis: T, customValues: number[], formatter?: (value: number) => string) {
  return {
    ...axis,
    axisLabel: { ...axis.axisLabel, customValues, ...(formatter ? { formatter } : {}) },
    axisTick: { ...axis.axisTick, customValues },
  };
}

/** 1, 2 and 5 times powers of ten around a range, fewer where it is wide. */
export function logarithmicTicks(low: number, high: number): number[] {
  const [first, last] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  const within = last - first > 3 ? [1] : [1, 2, 5];
  const all: number[] = [];
  for (let power = first; power <= last; power++) for (const step of within) all.push(Number((step * 10 ** power).toPrecision(3)));
  const from = Math.max(0, all.findIndex((v) => v > low) - 1);
  const to = all.findIndex((v) => v >= high);
  return all.slice(from, to < 0 ? all.length : to + 1);
}

/** About how many labels fit below a chart. */
export function labelsIn(width: number): number {
  return Math.max(3, Math.floor(width / 90));
}

/** A line of a method with a dot at each of its points. */
export function pointLine(state: State, method: string, points: [number, number][]): LineSeriesOption {
  const color = state.colorOf(method);
  return {
    type: "line",
    name: method,
    data: points,
    symbol: "circle",
    symbolSize: 6,
    showAllSymbol: true,
    lineStyle: { color, width: 1.75, type: state.dashOf(method) },
    itemStyle: { color },
    emphasis: { disabled: true },
    z: 3,
  };
}

/** A table of what lies under the pointer. */
export function tooltipTable(title: string, rows: { color: string; name: string; value: string }[]): string {
  const body = rows
    .map((r) => `<tr><td><i style="background:${r.color}"></i>${r.name}</td><td class="number">${r.value}</td></tr>`)
    .join("");
  return `<div class="tip"><b>${title}</b><table>${body}</table></div>`;
}

/** "0.21" with few digits, for tooltips. */
export function short(value: number | null | undefined): string {
  return number(value, 3);
}

function base(state: State): EChartsOption {
  return {
    animation: false,
    backgroundColor: "transparent",
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: state.color("ink") },
    grid: MARGIN,
    tooltip: tooltip(state),
  };
}

/** The look that all tooltips share. */
export function tooltip(state: State) {
  return {
    backgroundColor: state.color("panel"),
    borderColor: state.color("line"),
    borderWidth: 1,
    padding: 8,
    textStyle: { color: state.color("ink"), fontSize: 12 },
    confine: true,
    transitionDuration: 0,
  };
}
