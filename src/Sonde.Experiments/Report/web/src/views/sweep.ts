import { chart, figure, MARGIN, methodLabel, short, tooltip, tooltipTable, valueAxis, type Drawing } from "../chart";
import type { Sweep } from "../contract";
import { escapeHtml, h, select } from "../dom";
import { columnDecimals, fixed, number } from "../format";
import { interpolateViridis } from "d3-scale-chromatic";
import { errorBars } from "../shapes";
import { extent, type BandPoint } from "../series";
import type { State } from "../state";
import { scoreDistance, scoreHeading, scoreNames } from "./scores";

type Run = Sweep["runs"][number];

const NONE = "";

/** A score over swept settings: lines over one key, a table of colors over two; other keys stand still. */
export function sweepView(state: State): HTMLElement | null {
  const sweep = state.data.sweep;
  if (!sweep || sweep.runs.length === 0 || sweep.keys.length === 0) return null;
  const { keys, runs } = sweep;
  const scores = scoreNames(runs.map((run) => run.scores));
  const methods = [...new Set(runs.map((run) => run.method))];
  let score = scores.includes("rmse") ? "rmse" : scores[0];
  let across = keys[0];
  let down = keys[1] ?? NONE;
  const still = new Map(keys.map((key) => [key, valuesOf(sweep, key)[0]]));
  const controls = h("div", { class: "controls" });
  const place = h("div", { class: "sweep" });

  const value = (run: Run, key: string) => run.values[keys.indexOf(key)];
  const chosen = () => runs.filter((run) => keys.every((key) => key === across || key === down || value(run, key) === still.get(key)));
  const option = (text: string) => ({ value: text, text });

  function arrange(): void {
    const others = keys.filter((key) => key !== across && key !== down);
    controls.replaceChildren(
      ...[
        scores.length > 1 && select("Score", scores.map((s) => ({ value: s, text: scoreHeading(s) })), score, (s) => {
          score = s;
          arrange();
        }),
        keys.length > 1 && select("Across", keys.map(option), across, (key) => {
          if (key === down) down = across;
          across = key;
          arrange();
        }),
        keys.length > 1 &&
          select("Down", [...keys.filter((key) => key !== across).map(option), { value: NONE, text: "nothing" }], down, (key) => {
            down = key;
            arrange();
          }),
        ...others.map((key) =>
          select(key, valuesOf(sweep!, key).map(option), still.get(key)!, (text) => {
            still.set(key, text);
            arrange();
          }),
        ),
      ].filter((control) => control !== false),
    );
    place.replaceChildren(...(down === NONE ? [lines()] : tables()));
  }

  function lines(): HTMLElement {
    return chart(state, {
      name: "sweep-lines",
      label: `${scoreHeading(score)} over ${across}`,
      height: 360,
      draw: () => drawLines(),
    }).element;
  }

  function drawLines(): Drawing {
    const places = valuesOf(sweep!, across);
    const numeric = places.every((text) => text.trim() !== "" && Number.isFinite(Number(text)));
    const [low, high] = extent(places.map(Number));
    const logarithmic = numeric && low > 0 && high / low > 30;
    const at = (run: Run) => (numeric ? Number(value(run, across)) : places.indexOf(value(run, across)));
    const curves = methods.filter((m) => state.isVisible(m)).map((method) => {
      const own = chosen().filter((run) => run.method === method && known(run, score)).sort((a, b) => at(a) - at(b));
      const points = own.map((run) => ({ place: at(run), value: run.scores[score].value!, error: run.scores[score].standardError, run }));
      return { method, points, sound: points.filter((p) => !p.run.diverged) };
    });
    const [least, most] = extent(curves.flatMap((c) => (c.sound.length > 0 ? c.sound : c.points)).map((p) => p.value));
    const ceiling = most + 0.35 * (most - least || Math.abs(most) || 1);
    const axis = numeric
      ? valueAxis(state, "x", across, { type: logarithmic ? "log" : "value" })
      : { ...valueAxis(state, "x", across), type: "category" as const, data: places };
    return {
      points: curves.reduce((sum, c) => sum + c.points.length, 0),
      option: {
        grid: MARGIN,
        xAxis: axis as object,
        yAxis: valueAxis(state, "y", scoreHeading(score), least >= 0 ? { min: 0, max: round(ceiling) } : {}),
        tooltip: {
          ...tooltip(state),
          trigger: "item",
          formatter: (item: unknown) => {
            const { seriesName, data } = item as { seriesName: string; data: { run?: Run } };
            return data.run ? describe(state, seriesName, data.run, keys, score) : "";
          },
        },
        series: [
          ...curves.map((c) =>
            errorBars(
              `errors ${c.method}`,
              c.sound.filter((p) => p.error).map((p): BandPoint => [p.place, p.value - 2 * p.error!, p.value + 2 * p.error!]),
              state.colorOf(c.method),
            ),
          ),
          ...curves.map((c) => ({
            type: "line" as const,
            name: c.method,
            data: c.points.map((p) => ({
              value: [p.place, p.run.diverged ? Math.min(p.value, ceiling) : p.value],
              run: p.run,
              symbol: p.run.diverged ? "path://M-5,-4L-4,-5L0,-1L4,-5L5,-4L1,0L5,4L4,5L0,1L-4,5L-5,4L-1,0Z" : "circle",
              symbolSize: p.run.diverged ? 10 : 7,
            })),
            showAllSymbol: true,
            lineStyle: { color: state.colorOf(c.method), width: 1.75, type: state.dashOf(c.method) },
            itemStyle: { color: state.colorOf(c.method) },
            emphasis: { disabled: true },
            z: 3,
          })),
        ],
      },
    };
  }

  function tables(): HTMLElement[] {
    const own = chosen().filter((run) => known(run, score));
    const sound = own.filter((run) => !run.diverged);
    const [low, high] = extent((sound.length > 0 ? sound : own).map((run) => run.scores[score].value!));
    const decimals = columnDecimals(sound.map((run) => run.scores[score].value!), []);
    return methods.filter((m) => state.isVisible(m)).map((method) => {
      const mine = own.filter((run) => run.method === method);
      const best = bestOf(mine.filter((run) => !run.diverged), score);
      const cell = (x: string, y: string) => {
        const run = mine.find((r) => value(r, across) === x && value(r, down) === y);
        if (!run) return h("td", { class: "none" }, "–");
        const score_ = run.scores[score].value!;
        const share = high > low ? (score_ - low) / (high - low) : 0.5;
        const title = `${across} ${x}, ${down} ${y}: ${number(score_)}${run.diverged ? ", diverged" : ""}`;
        if (run.diverged) return h("td", { class: "lost", title }, "diverged");
        return h("td", { class: run === best ? "best" : "", style: paint(share), title }, fixed(score_, decimals));
      };
      const rows = valuesOf(sweep!, down);
      const columns = valuesOf(sweep!, across);
      return figure(
        methodLabel(state, method),
        h(
          "div",
          { class: "scroll", tabindex: 0, role: "region", "aria-label": `${scoreHeading(score)} of ${method}` },
          h(
            "table",
            { class: "heat", "data-chart": "sweep-heat", "data-points": mine.length },
            h("thead", {}, h("tr", {}, h("td", { class: "corner" }, `${down} \u2193  ${across} \u2192`), columns.map((x) => h("th", { scope: "col" }, x)))),
            h("tbody", {}, rows.map((y) => h("tr", {}, h("th", { scope: "row" }, y), columns.map((x) => cell(x, y))))),
          ),
        ),
      );
    });
  }

  arrange();
  state.onChange(() => down !== NONE && arrange(), place);
  return h("div", {}, controls, place);
}

function known(run: Run, score: string): boolean {
  const value = run.scores[score]?.value;
  return value !== null && value !== undefined;
}

/** A key's values: in order of size where they are numbers, else as they come. */
function valuesOf(sweep: Sweep, key: string): string[] {
  const values = [...new Set(sweep.runs.map((run) => run.values[sweep.keys.indexOf(key)]))];
  return values.every((text) => text.trim() !== "" && Number.isFinite(Number(text))) ? values.sort((a, b) => Number(a) - Number(b)) : values;
}

function bestOf(runs: Run[], score: string): Run | null {
  const distance = scoreDistance(score);
  if (!distance || runs.length < 2) return null;
  return runs.reduce((a, b) => (distance(a.scores[score].value!) <= distance(b.scores[score].value!) ? a : b));
}

/** Small values light: a cell's color, and ink that reads on it. */
function paint(share: number): string {
  const t = 0.95 - 0.8 * Math.min(1, Math.max(0, share));
  return `background:${interpolateViridis(t)};color:${t > 0.5 ? "#14161a" : "#fff"}`;
}

function round(value: number): number {
  const step = 10 ** Math.floor(Math.log10(value)) / 5;
  return Number((Math.ceil(value / step) * step).toPrecision(6));
}

function describe(state: State, method: string, run: Run, keys: string[], score: string): string {
  const { value, standardError } = run.scores[score];
  const error = standardError ? ` ± ${short(standardError)}` : "";
  return tooltipTable(escapeHtml(method), [
    ...keys.map((key, i) => ({ color: "transparent", name: escapeHtml(key), value: escapeHtml(run.values[i]) })),
    { color: state.colorOf(method), name: escapeHtml(scoreHeading(score)), value: run.diverged ? "diverged" : short(value) + error },
  ]);
}
