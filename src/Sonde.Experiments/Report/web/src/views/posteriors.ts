import type { LineSeriesOption } from "echarts";
import { nice } from "d3-array";
import { chart, figure, MARGIN, methodLabel, short, tooltip, tooltipTable, valueAxis, type Drawing } from "../chart";
import type { Posterior } from "../contract";
import { escapeHtml, h } from "../dom";
import { columnDecimals, fixed, inUnit, number } from "../format";
import { extent } from "../series";
import type { State } from "../state";

const PRIOR = "prior";

/** What methods believe about parameters at the end, as histograms, with the truth where it is known. */
export function posteriorsView(state: State): HTMLElement | null {
  const { posteriors } = state.data;
  const names = [...new Set(posteriors.map((p) => p.parameter))];
  if (names.length === 0) return null;
  return h(
    "div",
    {},
    h(
      "p",
      { class: "note" },
      "What methods believe after the last observation, beside what was believed before the first (prior, dashed). Good: much narrower than " +
        "the prior, with the truth well inside.",
    ),
    h("div", { class: "columns" }, names.map((name) => {
      const own = posteriors.filter((p) => p.parameter === name);
      return figure(
        h("h3", {}, name),
        chart(state, {
          name: "posterior",
          label: `What methods believe about ${name} at the end`,
          height: 240,
          draw: () => draw(state, own),
        }).element,
      );
    })),
    numbers(state, names),
  );
}

/** Means and standard deviations, below the truth where it is known. */
function numbers(state: State, names: string[]): HTMLElement {
  const { posteriors } = state.data;
  const methods = [...new Set(posteriors.map((p) => p.method))];
  const columns = names.map((name) => {
    const own = posteriors.filter((p) => p.parameter === name);
    const known = (values: (number | null)[]) => values.filter((value) => value !== null);
    const decimals = columnDecimals(known(own.map((p) => p.mean)), known(own.filter((p) => p.method !== PRIOR).map((p) => p.standardDeviation)));
    return { name, own, decimals, truth: own.find((p) => p.truth !== null)?.truth ?? null };
  });
  const row = (label: string | Node, cells: string[]) =>
    h("tr", {}, h("th", { scope: "row" }, label), cells.map((cell) => h("td", { class: "number" }, cell)));
  return h(
    "div",
    { class: "scroll", tabindex: 0, role: "region", "aria-label": "Posteriors in numbers" },
    h(
      "table",
      { "data-table": "posteriors" },
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "mean ± standard deviation"), columns.map((c) => h("th", { scope: "col", class: "number" }, c.name + inUnit(c.own[0].unit))))),
      h(
        "tbody",
        {},
        columns.some((c) => c.truth !== null) ? row("truth", columns.map((c) => fixed(c.truth, c.decimals))) : "",
        methods.map((method) =>
          row(
            method === PRIOR ? PRIOR : methodLabel(state, method),
            columns.map((c) => {
              const p = c.own.find((one) => one.method === method);
              return p ? `${fixed(p.mean, c.decimals)} ± ${fixed(p.standardDeviation, c.decimals)}` : "–";
            }),
          ),
        ),
      ),
    ),
  );
}

function draw(state: State, all: Posterior[]): Drawing {
  const shown = all.filter((p) => p.method === PRIOR || state.isVisible(p.method));
  const truth = all.find((p) => p.truth !== null)?.truth ?? null;
  return {
    points: shown.reduce((sum, p) => sum + p.density.count, 0),
    option: {
      grid: MARGIN,
      xAxis: valueAxis(state, "x", all[0].parameter + inUnit(all[0].unit), { splitNumber: 5, ...reach(state, all, truth) }),
      yAxis: valueAxis(state, "y", "probability density", { min: 0 }),
      tooltip: {
        ...tooltip(state),
        trigger: "axis",
        axisPointer: { type: "line", lineStyle: { color: state.color("ink-3"), width: 1, type: "solid" } },
        formatter: (items: unknown) => {
          const lines = items as { seriesName: string; color: string; value: [number, number] }[];
          if (lines.length === 0) return "";
          return tooltipTable(
            `${escapeHtml(all[0].parameter)} ${number(lines[0].value[0])}`,
            lines.map((item) => ({ color: item.color, name: escapeHtml(item.seriesName), value: short(item.value[1]) })),
          );
        },
      },
      series: shown.map((p, i): LineSeriesOption => {
        const color = state.colorOf(p.method);
        return {
          type: "line",
          name: p.method,
          step: "end",
          data: steps(state, p),
          showSymbol: false,
          lineStyle: { color, width: 1.5, type: p.method === PRIOR ? [4, 3] : state.dashOf(p.method) },
          areaStyle: { color, opacity: p.method === PRIOR ? 0 : 0.14 },
          itemStyle: { color },
          emphasis: { disabled: true },
          ...(i === 0 && truth !== null
            ? {
                markLine: {
                  silent: true,
                  symbol: "none",
                  label: { formatter: `truth ${number(truth)}`, color: state.color("ink-2"), fontSize: 11, position: "end" as const },
                  lineStyle: { color: state.color("ink"), width: 1.25, type: "solid" as const },
                  data: [{ xAxis: truth }],
                },
              }
            : {}),
        };
      }),
    },
  };
}

/** Room for every posterior and the truth; the prior may reach beyond. */
function reach(state: State, all: Posterior[], truth: number | null): { min?: number; max?: number } {
  const [low, high] = extent([
    ...all.filter((p) => p.method !== PRIOR).flatMap((p) => Array.from(state.block.numbers(p.edges))),
    ...(truth === null ? [] : [truth]),
  ]);
  if (!(high > low)) return {};
  const [min, max] = nice(low - 0.5 * (high - low), high + 0.5 * (high - low), 6);
  return { min, max };
}

/** The outline of a histogram: a step ends at each edge. */
function steps(state: State, p: Posterior): [number, number][] {
  const edges = state.block.numbers(p.edges);
  const density = state.block.numbers(p.density);
  const points: [number, number][] = [[edges[0], 0]];
  for (let i = 0; i < density.length; i++) points.push([edges[i + 1], density[i]]);
  points.push([edges[edges.length - 1], 0]);
  return points;
}
