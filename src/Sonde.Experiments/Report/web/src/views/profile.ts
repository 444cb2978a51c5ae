import type { LineSeriesOption } from "echarts";
import { chart, legend, MARGIN, short, tooltip, tooltipTable, valueAxis, type Drawing } from "../chart";
import type { Field } from "../contract";
import { nice } from "d3-array";
import { escapeHtml, h } from "../dom";
import { inUnit, tick, unitAfter } from "../format";
import { quantitiesOf } from "../fields/quantities";
import { extent, finiteCount, lowerBound, type BandPoint } from "../series";
import { bandShape } from "../shapes";
import type { State } from "../state";

const NINETY = 1.645;

/** A field of one dimension at one time: truth, analyses, 90 % band of a single method, observations. */
export function profileChart(state: State, field: Field, x: Float32Array, times: Float32Array) {
  let time = times.length - 1;
  let methods: string[] = [];
  const quantities = quantitiesOf(state, field);
  const values = (name: string, method: string) => quantities.find((q) => q.name === name)?.values(method, time) ?? null;
  const reach = rangeOf();

  const view = chart(state, {
    name: "profile",
    label: `${field.name} at one time: truth, analysis and observations`,
    height: 280,
    draw,
  });

  function draw(): Drawing {
    const truth = values("truth", "");
    const curves = methods.flatMap((method) => {
      const mean = values("analysis", method);
      return mean ? [{ name: method, color: state.colorOf(method), points: pairs(mean), width: 1.75 }] : [];
    });
    if (truth) curves.unshift({ name: "truth", color: state.color("ink"), points: pairs(truth), width: 1.5 });
    const observed = observations();
    const spread = methods.length === 1 ? values("spread", methods[0]) : null;
    const mean = methods.length === 1 ? values("analysis", methods[0]) : null;
    const band: BandPoint[] =
      spread && mean ? Array.from(x, (p, i) => [p, mean[i] - NINETY * spread[i], mean[i] + NINETY * spread[i]]) : [];
    return {
      points: curves.reduce((sum, curve) => sum + finiteCount(curve.points), 0) + observed.length,
      option: {
        grid: MARGIN,
        xAxis: valueAxis(state, "x", field.geometry.xName + inUnit(field.geometry.unit), { min: x[0], max: x[x.length - 1] }),
        yAxis: valueAxis(state, "y", field.name + inUnit(field.unit), reach),
        tooltip: {
          ...tooltip(state),
          trigger: "axis",
          axisPointer: { type: "line", lineStyle: { color: state.color("ink-3"), width: 1, type: "solid" } },
          formatter: (items: unknown) => {
            const shown = items as { seriesName: string; color: string; value: [number, number] }[];
            return tooltipTable(
              `${escapeHtml(field.geometry.xName)} ${tick(shown[0].value[0])}`,
              shown.map((item) => ({
                color: item.color,
                name: escapeHtml(item.seriesName),
                value: short(item.value[1]) + escapeHtml(unitAfter(field.unit)),
              })),
            );
          },
        },
        series: [
          bandShape("band", band, methods.length === 1 ? state.colorOf(methods[0]) : "", 0.2),
          ...curves.map((curve): LineSeriesOption => ({
            type: "line",
            name: curve.name,
            data: curve.points,
            showSymbol: false,
            lineStyle: { color: curve.color, width: curve.width, type: curve.name === "truth" ? "solid" : state.dashOf(curve.name) },
            itemStyle: { color: curve.color },
            emphasis: { disabled: true },
            z: curve.name === "truth" ? 2 : 3,
          })),
          {
            type: "scatter",
            name: "observation",
            data: observed,
            symbolSize: 6,
            itemStyle: { color: state.color("panel"), borderColor: state.color("ink-2"), borderWidth: 1.25 },
            z: 4,
          },
        ],
      },
    };
  }

  function pairs(row: Float32Array): [number, number][] {
    return Array.from(x, (p, i) => [p, row[i]]);
  }

  function observations(): [number, number][] {
    const all = state.data.observations;
    if (!all) return [];
    const when = state.block.numbers(all.times);
    const span = 1e-5 * Math.max(1e-12, times[times.length - 1] - times[0]);
    const index = all.fieldNames.indexOf(field.name);
    const [where, what, of] = [state.block.numbers(all.x), state.block.numbers(all.values), state.block.codes(all.field)];
    const found: [number, number][] = [];
    for (let i = lowerBound(when, times[time] - span); i < lowerBound(when, times[time] + span, true); i++)
      if (of[i] === index && Number.isFinite(where[i]) && Number.isFinite(what[i])) found.push([where[i], what[i]]);
    return found;
  }

  /** The same y axis at all times, so that motion is motion of the field. */
  function rangeOf(): { min: number; max: number } {
    const rows = quantities.filter((q) => q.name === "truth" || (q.name === "analysis" && !field.truth));
    const names = field.estimates.map((e) => e.method);
    const all = rows.flatMap((q) => (q.shared ? [""] : names).flatMap((m) => Array.from(times, (_, t) => extent(q.values(m, t) ?? []))));
    const [low, high] = extent(all.flat());
    const margin = 0.1 * (high - low || 1);
    const [min, max] = nice(low - margin, high + margin, 6);
    return { min, max };
  }

  return {
    element: h(
      "div",
      {},
      view.element,
      legend(
        { sign: "line", color: "var(--ink)", text: "truth" },
        { sign: "band", color: "var(--ink-3)", text: "analysis, with its 90 % interval where one method is shown" },
        { sign: "dot", color: "var(--ink-2)", text: "observations" },
      ),
    ),
    show(at: number, shown: string[]): void {
      [time, methods] = [at, shown];
      view.redraw();
    },
  };
}
