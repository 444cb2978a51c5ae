import type { LineSeriesOption } from "echarts";
import { interpolateViridis } from "d3-scale-chromatic";
import { chart, figure, MARGIN, methodLabel, short, tooltip, tooltipTable, valueAxis, type Drawing } from "../chart";
import { escapeHtml, h, select } from "../dom";
import { columnDecimals, fixed, number } from "../format";
import { errorBars } from "../shapes";
import { extent, quantile, type BandPoint } from "../series";
import type { State } from "../state";
import { scoreDistance, scoreHeading, scoreNames } from "./scoreKinds";
import { ALL, areNumbers, cellsOf, isOverSeeds, keyText, SEED, valuesOf, type Cell } from "./sweepCells";

const NONE = "";
const CROSS = "path://M-5,-4L-4,-5L0,-1L4,-5L5,-4L1,0L5,4L4,5L0,1L-4,5L-5,4L-1,0Z";

/** A score over swept settings: lines over one key, a table of colors over two; other keys stand still, or give medians. */
export function sweepView(state: State): HTMLElement | null {
  const { sweep } = state.data;
  if (!sweep || sweep.runs.length === 0 || sweep.keys.length === 0) return null;
  const { keys, runs } = sweep;
  const methods = [...new Set(runs.map((run) => run.method))];
  const scores = scoreNames(runs.map((run) => run.scores));
  const places = keys.filter((key) => key !== SEED || keys.length === 1);
  let score = scores.includes("rmse") ? "rmse" : (scores[0] ?? "rmse");
  let across = places[0];
  let down = places[1] ?? NONE;
  const still = new Map(keys.map((key) => [key, key === SEED ? ALL : valuesOf(sweep, key)[0]]));
  const controls = h("div", { class: "controls" });
  const place = h("div", { class: "sweep" });
  const cells = () => cellsOf(sweep, score, across, down, still);
  const shown = () => methods.filter((method) => state.isVisible(method));

  function arrange(): void {
    const option = (value: string) => ({ value, text: value });
    const keyOption = (key: string) => ({ value: key, text: keyText(key) });
    const set = (change: (value: string) => void) => (value: string) => {
      change(value);
      arrange();
    };
    const others = keys.filter((key) => key !== across && key !== down);
    controls.replaceChildren(
      ...(scores.length > 1
        ? [select("Score", scores.map((s) => ({ value: s, text: scoreHeading(s) })), score, set((s) => (score = s)))]
        : []),
      ...(keys.length > 1
        ? [
            select("Across", keys.map(keyOption), across, set((key) => {
              if (key === down) down = across;
              across = key;
            })),
            select("Down", [...keys.filter((key) => key !== across).map(keyOption), { value: NONE, text: "nothing" }], down,
              set((key) => (down = key))),
          ]
        : []),
      ...others.map((key) =>
        select(keyText(key), [...valuesOf(sweep!, key).map(option), { value: ALL, text: "median of all" }], still.get(key)!,
          set((value) => still.set(key, value))),
      ),
    );
    place.replaceChildren(...(down === NONE ? [lines()] : tables()));
  }

  function lines(): HTMLElement {
    const label = `${scoreHeading(score)} over ${keyText(across)}`;
    return chart(state, { name: "sweep-lines", label, height: 360, draw: drawLines }).element;
  }

  function drawLines(): Drawing {
    const values = valuesOf(sweep!, across);
    const numeric = across !== SEED && areNumbers(values);
    const [low, high] = extent(values.map(Number));
    const at = (cell: Cell) => (numeric ? Number(cell.x) : values.indexOf(cell.x));
    const all = cells().filter((cell) => Number.isFinite(cell.value));
    const curves = shown().map((method) => ({
      method,
      cells: all.filter((cell) => cell.method === method).sort((a, b) => at(a) - at(b)),
    }));
    const sound = all.filter((cell) => cell.diverged < cell.count);
    const [least, most] = extent((sound.length > 0 ? sound : all).flatMap((cell) => [cell.low, cell.high]));
    const ceiling = most + 0.3 * (most - least || Math.abs(most) || 1);
    return {
      points: curves.reduce((sum, curve) => sum + curve.cells.length, 0),
      option: {
        grid: MARGIN,
        xAxis: (numeric
          ? valueAxis(state, "x", keyText(across), { type: low > 0 && high / low > 30 ? "log" : "value" })
          : valueAxis(state, "x", keyText(across), {
              type: "category",
              data: values,
              axisLabel: { color: state.color("ink-2"), fontSize: 11 },
            })) as object,
        yAxis: valueAxis(state, "y", scoreHeading(score), least > 0 && most > 8 * least ? { type: "log" } : least >= 0 ? { min: 0 } : {}) as object,
        tooltip: {
          ...tooltip(state),
          trigger: "item",
          formatter: (item: unknown) => describe((item as { data: { cell?: Cell } }).data.cell),
        },
        series: [
          ...curves.map(({ method, cells }) =>
            errorBars(
              `errors ${method}`,
              cells.filter((c) => c.high > c.low && c.diverged < c.count).map((c): BandPoint => [at(c), c.low, c.high]),
              state.colorOf(method),
            ),
          ),
          ...curves.map(({ method, cells }): LineSeriesOption => ({
            type: "line",
            name: method,
            data: cells.map((cell) => ({
              value: [at(cell), cell.diverged === cell.count ? Math.min(cell.value, ceiling) : cell.value],
              cell,
              symbol: cell.diverged > 0 ? CROSS : "circle",
              symbolSize: cell.diverged > 0 ? 10 : 7,
            })),
            showAllSymbol: true,
            lineStyle: { color: state.colorOf(method), width: across === SEED ? 0 : 1.75, type: state.dashOf(method) },
            itemStyle: { color: state.colorOf(method) },
            emphasis: { disabled: true },
            z: 3,
          })),
        ],
      },
    };
  }

  function describe(cell: Cell | undefined): string {
    if (!cell) return "";
    const range = cell.high > cell.low ? ` (${short(cell.low)} to ${short(cell.high)})` : "";
    return tooltipTable(escapeHtml(cell.method), [
      { color: "transparent", name: escapeHtml(keyText(across)), value: escapeHtml(cell.x) },
      { color: state.colorOf(cell.method), name: escapeHtml(scoreHeading(score)), value: short(cell.value) + range },
      ...(cell.diverged > 0 ? [{ color: "transparent", name: "diverged", value: `${cell.diverged} of ${cell.count}` }] : []),
    ]);
  }

  function tables(): HTMLElement[] {
    const all = cells();
    const sound = all.filter((cell) => cell.diverged < cell.count && Number.isFinite(cell.value));
    const limits = limitsOf(sound.map((cell) => cell.value));
    const decimals = columnDecimals(sound.map((cell) => cell.value), []);
    return shown().map((method) => {
      const mine = all.filter((cell) => cell.method === method);
      const best = bestOf(sound.filter((cell) => cell.method === method), score);
      const columns = valuesOf(sweep!, across);
      const corner = h("td", { class: "corner" }, h("div", {}, `${keyText(across)} \u2192`), h("div", {}, `${keyText(down)} \u2193`));
      const rows = valuesOf(sweep!, down).map((y) =>
        h(
          "tr",
          {},
          h("th", { scope: "row" }, y),
          columns.map((x) => tableCell(mine.find((cell) => cell.x === x && cell.y === y), limits, decimals, best)),
        ),
      );
      const table = h(
        "table",
        { class: "heat", "data-chart": "sweep-heat", "data-points": mine.length },
        h("thead", {}, h("tr", {}, corner, columns.map((x) => h("th", { scope: "col" }, x)))),
        h("tbody", {}, rows),
      );
      const label = `${scoreHeading(score)} of ${method}`;
      return figure(methodLabel(state, method), h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": label }, table));
    });
  }

  function tableCell(cell: Cell | undefined, [low, high]: [number, number], decimals: number, best: Cell | null): HTMLElement {
    if (!cell) return h("td", { class: "none" }, "–");
    const lost = cell.diverged > 0 ? `${cell.diverged} of ${cell.count} diverged` : "";
    const range = cell.high > cell.low ? ` (${number(cell.low)} to ${number(cell.high)})` : "";
    const title = `${keyText(across)} ${cell.x}, ${keyText(down)} ${cell.y}: ${number(cell.value)}${range}${lost && ", "}${lost}`;
    if (cell.diverged === cell.count) return h("td", { class: "lost", title }, "diverged");
    const share = high > low ? (cell.value - low) / (high - low) : 0.5;
    return h(
      "td",
      { class: cell === best ? "best" : "", style: paint(share), title },
      fixed(cell.value, decimals),
      lost !== "" && h("span", { class: "lost-some" }, lost),
    );
  }

  arrange();
  state.onChange(() => down !== NONE && arrange(), place);
  const good = isOverSeeds(sweep)
    ? "Each seed by itself. Good: as far apart as the bars say. Bars are ± two standard errors of a run."
    : "Good: small values over a wide stretch of settings, far from those that diverge. Light colors are small, the best cell of a table has a frame; " +
      "bars and ranges are ± two standard errors of one run, or the range over several.";
  const note = good + (sweep.runs.some((run) => run.diverged) ? " A cross has diverged." : "");
  return h("div", {}, h("p", { class: "note" }, note), controls, place);
}

/** From the smallest value to three times as far as the middle one, so that a hopeless method leaves colors for the others. */
function limitsOf(values: number[]): [number, number] {
  const [low, high] = extent(values);
  return [low, Math.min(high, low + 3 * (quantile(values, 0.5) - low) || high)];
}

function bestOf(cells: Cell[], score: string): Cell | null {
  const distance = scoreDistance(score);
  const whole = cells.filter((cell) => cell.diverged === 0);
  if (!distance || whole.length < 2) return null;
  return whole.reduce((a, b) => (distance(a.value) <= distance(b.value) ? a : b));
}

/** Small values light: a cell's color, and ink that reads on it. */
function paint(share: number): string {
  const t = 0.95 - 0.8 * Math.min(1, Math.max(0, share));
  return `background:${interpolateViridis(t)};color:${t > 0.5 ? "#14161a" : "#fff"}`;
}
