import { nice } from "d3-array";
import { chart, figure, MARGIN, methodLabel, rangeAxis, short, tooltip, tooltipTable, type Drawing } from "../chart";
import type { Method, Ranks } from "../contract";
import { h, select } from "../dom";
import { number } from "../format";
import type { State } from "../state";

const MOST_BARS = 32;

/** One rank histogram a method, with the band that chance explains. */
export function rankHistograms(state: State): HTMLElement | null {
  const labels = [...new Set(state.methods.flatMap((method) => method.ranks.filter(hasRanks).map((ranks) => ranks.label)))];
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
      const ranks = method.ranks.find((r) => r.label === label && hasRanks(r));
      if (!ranks) continue;
      independent ||= ranks.effectiveCount === null;
      const cell = figure(methodLabel(state, method.name), rankChart(state, method, ranks));
      cells.set(method.name, cell);
      grid.append(cell);
    }
    note.textContent =
      "Where what was true, or observed, lies in what was believed: from below all members (left) to above all (right). Good: flat, then it could be " +
      "one of them. High at both ends: overconfident. High in the middle: underconfident. High at one end: biased. " +
      (independent
        ? "The band is what chance explains in 95 % of cases if ranks are independent; neighbors are not, so truly it is wider."
        : "The band is what chance explains in 95 % of cases.");
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

function hasRanks(ranks: Ranks): boolean {
  return ranks.counts.some((count) => count > 0);
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
    bars.push({ from, to: to - 1, relative: (count / total) * (bins / (to - from)) });
  }
  const share = group / bins;
  const chance = (1.96 * Math.sqrt((share * (1 - share)) / (ranks.effectiveCount ?? total))) / share;
  const most = Math.max(2, 1 + chance, ...bars.map((bar) => bar.relative));
  return {
    points: bars.length,
    option: {
      grid: { ...MARGIN, left: 34, right: 6, top: 26, bottom: 38 },
      xAxis: {
        type: "category",
        data: bars.map((bar) => String(bar.from)),
        name: "rank",
        nameLocation: "middle",
        nameGap: 6,
        nameTextStyle: { color: state.color("ink-2"), fontSize: 12 },
        axisTick: { show: false },
        axisLine: { lineStyle: { color: state.color("axis") } },
        axisLabel: {
          color: state.color("ink-2"),
          fontSize: 11,
          interval: (i: number) => i === 0 || i === bars.length - 1,
          formatter: (_: string, i: number) => (i === 0 ? "below all" : "above all"),
          alignMinLabel: "left",
          alignMaxLabel: "right",
        },
      },
      yAxis: rangeAxis(state, "y", "relative frequency", 0, nice(0, most, 3)[1], 3, {
        nameTextStyle: { color: state.color("ink-2"), fontSize: 12, align: "left", padding: [0, 0, 0, -26] },
      }),
      tooltip: {
        ...tooltip(state),
        trigger: "axis",
        axisPointer: { type: "none" },
        formatter: (items: unknown) => {
          const bar = bars[(items as { dataIndex: number }[])[0].dataIndex];
          const title = `${number(bar.from / bins, 2)} to ${number((bar.to + 1) / bins, 2)} below`;
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
