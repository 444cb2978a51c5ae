import type { LineSeriesOption } from "echarts";
import { chart, figure, MARGIN, methodLabel, short, tooltip, tooltipTable, valueAxis, type Drawing } from "../chart";
import type { Method, Ranks } from "../contract";
import { nice } from "d3-array";
import { escapeHtml, h, select } from "../dom";
import { fixed, integer, number } from "../format";
import { errorBars } from "../shapes";
import type { BandPoint } from "../series";
import type { State } from "../state";

const MOST_BARS = 32;

/** Whether the methods' uncertainty can be trusted: ranks, intervals, spread against error, departures. */
export function calibrationView(state: State): HTMLElement | null {
  const parts = [rankHistograms(state), curves(state), consistency(state)].filter((part) => part !== null);
  return parts.length === 0 ? null : h("div", { class: "stack" }, ...parts);
}

function rankHistograms(state: State): HTMLElement | null {
  const labels = [...new Set(state.methods.flatMap((method) => method.ranks.map((ranks) => ranks.label)))];
  if (labels.length === 0) return null;
  let label = labels[0];
  const grid = h("div", { class: "small-multiples" });
  const note = h("p", { class: "note" });
  const cells = new Map<string, HTMLElement>();

  function fill(): void {
    grid.replaceChildren();
    cells.clear();
    let independent = false;
    for (const method of state.methods) {
      const ranks = method.ranks.find((r) => r.label === label);
      if (!ranks) continue;
      independent ||= ranks.effectiveCount === null;
      const cell = figure(methodLabel(state, method.name), rankChart(state, method, ranks));
      cells.set(method.name, cell);
      grid.append(cell);
    }
    note.textContent =
      "Where the truth ranks among the members, relative to a flat histogram. Flat: the truth could be a member. " +
      "High at both ends: overconfident. High in the middle: underconfident. High at one end: biased. " +
      (independent
        ? "The band holds 95 % of chance if ranks were independent; neighbors are not, so truly it is wider."
        : "The band holds 95 % of chance.");
    show();
  }

  function show(): void {
    for (const [method, cell] of cells) cell.hidden = !state.isVisible(method);
  }

  fill();
  state.onChange(show, grid);
  const choose =
    labels.length > 1 &&
    select("Ranks of", labels.map((value) => ({ value, text: value })), label, (value) => {
      label = value;
      fill();
    });
  return h("div", {}, h("h3", {}, "Rank histograms"), note, choose && h("div", { class: "controls" }, choose), grid);
}

function rankChart(state: State, method: Method, ranks: Ranks): HTMLElement {
  return chart(state, {
    name: "rank-histogram",
    label: `Rank histogram of ${method.name}`,
    height: 170,
    draw: () => drawRanks(state, method, ranks),
  }).element;
}

function drawRanks(state: State, method: Method, ranks: Ranks): Drawing {
  const total = ranks.counts.reduce((sum, count) => sum + count, 0);
  const bins = ranks.counts.length;
  const group = Math.ceil(bins / MOST_BARS);
  const bars: { from: number; to: number; relative: number }[] = [];
  for (let from = 0; from < bins; from += group) {
    const to = Math.min(bins, from + group);
    const count = ranks.counts.slice(from, to).reduce((sum, c) => sum + c, 0);
    bars.push({ from, to: to - 1, relative: total > 0 ? (count / total) * (bins / (to - from)) : 0 });
  }
  const share = group / bins;
  const chance = (1.96 * Math.sqrt((share * (1 - share)) / (ranks.effectiveCount ?? total))) / share;
  const most = Math.max(2, 1 + chance, ...bars.map((bar) => bar.relative));
  const step = Math.max(1, Math.ceil(bars.length / 6));
  return {
    points: bars.length,
    option: {
      grid: { ...MARGIN, left: 34, right: 6, top: 26, bottom: 38 },
      xAxis: {
        type: "category",
        data: bars.map((bar) => String(bar.from)),
        name: "rank",
        nameLocation: "middle",
        nameGap: 22,
        nameTextStyle: { color: state.color("ink-2"), fontSize: 12 },
        axisTick: { show: false },
        axisLine: { lineStyle: { color: state.color("axis") } },
        axisLabel: { color: state.color("ink-2"), fontSize: 11, interval: (i: number) => i % step === 0, showMaxLabel: false },
      },
      yAxis: valueAxis(state, "y", "relative frequency", {
        min: 0,
        max: Math.ceil(most * 2) / 2,
        splitNumber: 3,
        nameTextStyle: { color: state.color("ink-2"), fontSize: 12, align: "left", padding: [0, 0, 0, -26] },
      }),
      tooltip: {
        ...tooltip(state),
        trigger: "axis",
        axisPointer: { type: "none" },
        formatter: (items: unknown) => {
          const bar = bars[(items as { dataIndex: number }[])[0].dataIndex];
          const title = bar.from === bar.to ? `rank ${bar.from}` : `ranks ${bar.from} to ${bar.to}`;
          return tooltipTable(title, [{ color: state.colorOf(method.name), name: "relative frequency", value: short(bar.relative) }]);
        },
      },
      series: [
        {
          type: "bar",
          data: bars.map((bar) => bar.relative),
          barCategoryGap: bars.length > 20 ? "12%" : "18%",
          itemStyle: { color: state.colorOf(method.name), opacity: 0.85 },
          emphasis: { disabled: true },
          markArea: {
            silent: true,
            z: 5,
            itemStyle: { color: state.color("ink"), opacity: 0.1 },
            data: [[{ yAxis: Math.max(0, 1 - chance) }, { yAxis: 1 + chance }]],
          },
          markLine: {
            silent: true,
            symbol: "none",
            label: { show: false },
            lineStyle: { color: state.color("ink"), type: "solid", width: 1, opacity: 0.6 },
            data: [{ yAxis: 1 }],
          },
        },
      ],
    },
  };
}

function curves(state: State): HTMLElement | null {
  const reliability = state.methods.some((method) => method.reliability);
  const skill = state.methods.some((method) => method.spreadSkill);
  const ratio = state.methods.some((method) => isNumber(method.scores.spreadErrorRatio?.value));
  if (!reliability && !skill && !ratio) return null;
  return h(
    "div",
    { class: "columns" },
    reliability &&
      figure(
        h("h3", {}, "Reliability"),
        h("p", { class: "note" }, "How often central intervals held the truth. Below the diagonal: intervals too narrow."),
        chart(state, {
          name: "reliability",
          label: "Observed share of truths inside intervals against their stated probability",
          height: 300,
          draw: () => drawReliability(state),
        }).element,
      ),
    skill &&
      figure(
        h("h3", {}, "Spread and error"),
        h("p", { class: "note" }, "Errors that came with small and large spreads. Above the diagonal: spread too small."),
        chart(state, {
          name: "spread-skill",
          label: "Root mean square error against spread, in bins",
          height: 300,
          draw: () => drawSpreadSkill(state),
        }).element,
      ),
    ratio &&
      figure(
        h("h3", {}, "Spread over error"),
        h("p", { class: "note" }, "Of the whole run. Inside the band from 0.8 to 1.25 the spread is about right."),
        chart(state, {
          name: "spread-error",
          label: "Spread over error of each method",
          height: () => Math.max(300, 84 + 26 * state.visibleMethods.length),
          draw: () => drawRatios(state),
        }).element,
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
    return [{ method: method.name, diverged: !!method.divergence, points: Array.from(spread, (s, i): [number, number] => [s, error[i]]) }];
  });
  const sound = lines.some((line) => !line.diverged) ? lines.filter((line) => !line.diverged) : lines;
  const most = 1.08 * Math.max(0, ...sound.flatMap((line) => line.points.flat()).filter(Number.isFinite));
  const end = most > 0 ? nice(0, most, 5)[1] : 1;
  return {
    points: lines.reduce((sum, line) => sum + line.points.length, 0),
    option: {
      grid: { ...MARGIN, left: 44 },
      xAxis: valueAxis(state, "x", "spread", { min: 0, max: end, splitNumber: 5 }),
      yAxis: valueAxis(state, "y", "error", { min: 0, max: end, splitNumber: 5, nameTextStyle: sideName(state, 32) }),
      tooltip: pointTooltip(state, "spread", "error"),
      series: [diagonal(state, end), ...lines.map((line) => pointLine(state, line.method, line.points))],
    },
  };
}

function drawRatios(state: State): Drawing {
  const rows = state.visibleMethods.flatMap((method) => {
    const value = method.scores.spreadErrorRatio?.value;
    return isNumber(value) && value > 0 ? [{ method: method.name, value }] : [];
  });
  const reach = Math.max(2, ...rows.map((row) => 1.15 * Math.max(row.value, 1 / row.value)));
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
        axisLabel: { color: state.color("ink-2"), fontSize: 11, formatter: (v: number) => number(v, v < 1 ? 2 : 1), customValues },
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
          data: rows.map((row, i) => ({ value: [row.value, i], itemStyle: { color: state.colorOf(row.method) } })),
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

function pointLine(state: State, method: string, points: [number, number][]): LineSeriesOption {
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

function consistency(state: State): HTMLElement | null {
  const rows = state.methods.flatMap((method) => method.consistency.map((c) => ({ method, c })));
  if (rows.length === 0) return null;
  const sd = (value: number | null) => h("td", { class: "number" }, number(value));
  const head = ["method", "observations", "departures", "assumed", "diagnosed", "assumed", "diagnosed", "actual / expected"];
  const table = h(
    "table",
    { "data-table": "consistency" },
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        h("td", { colspan: 3 }),
        h("th", { colspan: 2, class: "group", scope: "colgroup" }, "observation error"),
        h("th", { colspan: 2, class: "group", scope: "colgroup" }, "forecast error"),
        h("th", { class: "group", scope: "colgroup" }, "departures"),
      ),
      h("tr", {}, head.map((text, i) => h("th", { scope: "col", class: i > 1 ? "number" : "" }, text))),
    ),
    h(
      "tbody",
      {},
      rows.map(({ method, c }) =>
        h(
          "tr",
          {},
          h("th", { scope: "row" }, methodLabel(state, method.name)),
          h("td", {}, c.field),
          h("td", { class: "number" }, integer(c.count)),
          sd(c.observationAssumed),
          sd(c.observationDiagnosed),
          sd(c.forecastAssumed),
          sd(c.forecastDiagnosed),
          h("td", { class: "number" }, fixed(c.innovationRatio, 2)),
        ),
      ),
    ),
  );
  return h(
    "div",
    {},
    h("h3", {}, "Consistency with the observations"),
    h(
      "p",
      { class: "note" },
      "Standard deviations that were assumed, beside those diagnosed from departures of observations from forecast and analysis " +
        "(Desroziers and others, 2005). They agree where both the errors and the method are right.",
    ),
    h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Consistency with the observations" }, table),
  );
}

function isNumber(value: number | null | undefined): value is number {
  return value !== null && value !== undefined;
}

