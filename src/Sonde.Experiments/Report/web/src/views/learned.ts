import { chart, figure, MARGIN, methodLabel, pointLine, short, tooltip, tooltipTable, valueAxis, type Drawing } from "../chart";
import { escapeHtml, h } from "../dom";
import { number, tick } from "../format";
import { extent } from "../series";
import type { State } from "../state";

interface Curve {
  method: string;
  points: [number, number][];
}

/** What methods learned of the model in their training: functions as curves, single parameters in a table. */
export function learnedView(state: State): HTMLElement | null {
  const curves = new Map<string, Curve[]>();
  const rows: HTMLElement[] = [];
  for (const method of state.methods) {
    const own = new Map<string, [number, number][]>();
    for (const { name, value, truth } of method.learned) {
      const [, of, at] = /^(.+)\((-?[\d.eE+-]+)\)$/.exec(name) ?? [];
      if (value === null) continue;
      if (of !== undefined && Number.isFinite(Number(at))) own.set(of, [...(own.get(of) ?? []), [Number(at), value]]);
      else rows.push(row(state, method.name, name, value, truth));
    }
    for (const [of, points] of own)
      curves.set(of, [...(curves.get(of) ?? []), { method: method.name, points: points.sort((a, b) => a[0] - b[0]) }]);
  }
  if (curves.size === 0 && rows.length === 0) return null;
  return h(
    "div",
    { class: "stack" },
    rows.length > 0 && table(rows),
    ...[...curves].map(([of, all]) =>
      figure(
        h("h3", {}, `Learned ${of}`),
        h("p", { class: "note" }, `What is added to the ${of} of a component, by the component's value.`),
        chart(state, { name: `learned-${of}`, label: `Learned ${of} by the value of a component`, height: 300, draw: () => drawCurves(state, of, all) }).element,
      ),
    ),
  );
}

function drawCurves(state: State, of: string, all: Curve[]): Drawing {
  const shown = all.filter((curve) => state.isVisible(curve.method));
  const [low, high] = extent(all.flatMap((curve) => curve.points.map((point) => point[0])));
  return {
    points: shown.reduce((sum, curve) => sum + curve.points.length, 0),
    option: {
      grid: MARGIN,
      xAxis: valueAxis(state, "x", "value of a component", { min: low, max: high }),
      yAxis: valueAxis(state, "y", of),
      tooltip: {
        ...tooltip(state),
        trigger: "axis",
        axisPointer: { type: "line", lineStyle: { color: state.color("ink-3"), width: 1, type: "solid" } },
        formatter: (items: unknown) => {
          const found = items as { seriesName: string; color: string; value: [number, number] }[];
          return tooltipTable(
            tick(found[0].value[0]),
            found.map((item) => ({ color: item.color, name: escapeHtml(item.seriesName), value: short(item.value[1]) })),
          );
        },
      },
      series: shown.map(({ method, points }) => pointLine(state, method, points)),
    },
  };
}

function table(rows: HTMLElement[]): HTMLElement {
  const headings = ["parameter", "learned", "the truth's", "bias"];
  const head = headings.map((text, i) => h("th", { scope: "col", class: i > 0 ? "number" : "" }, text));
  return h(
    "div",
    { class: "scroll", tabindex: 0, role: "region", "aria-label": "Learned parameters" },
    h("table", { class: "scores", "data-table": "learned" }, h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "method"), head)), h("tbody", {}, rows)),
  );
}

function row(state: State, method: string, name: string, value: number, truth: number | null): HTMLElement {
  const bias = truth ? `${number((100 * (value - truth)) / Math.abs(truth), 2)} %` : "–";
  return h(
    "tr",
    {},
    h("th", { scope: "row" }, methodLabel(state, method)),
    h("td", {}, name),
    ...[number(value, 4), number(truth, 4), bias].map((text) => h("td", { class: "number" }, text)),
  );
}
