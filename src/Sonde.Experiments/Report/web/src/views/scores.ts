import { methodLabel } from "../chart";
import type { Method, Score } from "../contract";
import { h } from "../dom";
import { columnDecimals, fixed, integer } from "../format";
import type { State } from "../state";

/** What a score means, and when it is good. */
interface ScoreKind {
  name: string;
  heading: string;
  explain: string;
  /** Smaller is better the nearer this is to 0. */
  distance?: (value: number) => number;
  /** To the unit of the heading. */
  factor?: number;
}

const smaller = (value: number) => value;
const KINDS: ScoreKind[] = [
  { name: "rmse", heading: "RMSE", explain: "root mean square error of the analysis, averaged over time", distance: smaller },
  { name: "relativeRmse", heading: "relative RMSE", explain: "error over the size of the field", distance: smaller },
  { name: "forecastRmse", heading: "forecast RMSE", explain: "error just before each observation was used", distance: smaller },
  { name: "smoothedRmse", heading: "smoothed RMSE", explain: "error once later observations were used too", distance: smaller },
  { name: "spread", heading: "spread", explain: "standard deviation that the method believes" },
  {
    name: "spreadErrorRatio",
    heading: "spread / error",
    explain: "1 where calibrated; below 0.8 overconfident, above 1.25 underconfident",
    distance: (value) => Math.abs(Math.log(value)),
  },
  { name: "crps", heading: "CRPS", explain: "continuous ranked probability score: error of the whole distribution", distance: smaller },
  { name: "energyScore", heading: "energy score", explain: "error of the joint distribution", distance: smaller },
  {
    name: "coverage90",
    heading: "90 % coverage",
    explain: "share of truths inside the central 90 % interval; 0.9 where calibrated",
    distance: (value) => Math.abs(value - 0.9),
  },
  { name: "secondsPerCycle", heading: "ms / cycle", explain: "wall time of one observation time, forecasts included", factor: 1000 },
  { name: "seconds", heading: "seconds", explain: "wall time of the method, forecasts included" },
];

/** What a score is called in text: its heading, or its own name. */
export function scoreHeading(name: string): string {
  return kindOf(name).heading;
}

/** How bad a value is, where that can be said: smaller is better. */
export function scoreDistance(name: string): ((value: number) => number) | undefined {
  return kindOf(name).distance;
}

/** Names of scores that any of these has, in the order of columns. */
export function scoreNames(all: Iterable<Record<string, Score>>): string[] {
  const found = new Set<string>();
  for (const scores of all)
    for (const [name, score] of Object.entries(scores)) if (score.value !== null) found.add(name);
  const known = KINDS.map((kind) => kind.name);
  const time = known.length - 2;
  const order = (name: string) => {
    const at = known.indexOf(name);
    return at < 0 ? time - 0.5 : at;
  };
  return [...found].sort((a, b) => order(a) - order(b));
}

/** The table of scores: sorts by any column, marks the best, names what diverged. */
export function scoresView(state: State): HTMLElement | null {
  if (state.methods.length === 0) return null;
  const names = scoreNames(state.methods.map((method) => method.scores));
  const body = h("tbody");
  const headings: { key: string; cell: HTMLElement }[] = [];
  let sorted = "";
  let ascending = true;

  const columns = names.map((name) => column(state.methods, name));
  const rows = state.methods.map((method) => ({ method, row: row(state, method, columns) }));

  function sort(key: string): void {
    ascending = sorted === key ? !ascending : true;
    sorted = key;
    for (const heading of headings) {
      if (heading.key === key) heading.cell.setAttribute("aria-sort", ascending ? "ascending" : "descending");
      else heading.cell.removeAttribute("aria-sort");
    }
    const order = rows.slice().sort((a, b) => (ascending ? 1 : -1) * compare(a.method, b.method, key));
    body.replaceChildren(...order.map(({ row }) => row));
  }

  function heading(key: string, text: string, explain: string, numeric: boolean): HTMLElement {
    const cell = h(
      "th",
      { scope: "col", class: numeric ? "number" : "", title: explain },
      h("button", { type: "button", onclick: () => sort(key) }, text, h("span", { class: "arrow", "aria-hidden": "true" })),
    );
    headings.push({ key, cell });
    return cell;
  }

  const head = h(
    "tr",
    {},
    heading("", "method", "", false),
    columns.map((c) => heading(c.name, c.kind.heading, c.kind.explain, true)),
  );
  body.append(...rows.map(({ row }) => row));
  const table = h("table", { class: "scores", "data-table": "scores" }, h("thead", {}, head), body);
  return h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Scores of each method" }, table);
}

interface Column {
  name: string;
  kind: ScoreKind;
  decimals: number;
  best: Set<string>;
  hasErrors: boolean;
}

function column(methods: Method[], name: string): Column {
  const kind = kindOf(name);
  const present = methods.filter((method) => isNumber(method.scores[name]?.value));
  const sound = present.filter((method) => !method.divergence);
  const factor = kind.factor ?? 1;
  const values = (sound.length > 0 ? sound : present).map((method) => factor * method.scores[name].value!);
  const errors = sound.map((method) => method.scores[name].standardError).filter(isNumber).map((error) => factor * error);
  const decimals = columnDecimals(values, errors);
  return { name, kind, decimals, best: bestOf(sound, name, kind, decimals), hasErrors: errors.length > 0 };
}

/** Methods that share the best value as it is shown; nobody where there is no rival. */
function bestOf(sound: Method[], name: string, kind: ScoreKind, decimals: number): Set<string> {
  const distance = kind.distance;
  if (!distance || sound.length < 2) return new Set();
  const of = (method: Method) => distance(Number(method.scores[name].value!.toFixed(decimals)));
  const least = Math.min(...sound.map(of));
  const best = sound.filter((method) => of(method) === least);
  return new Set(best.length === sound.length ? [] : best.map((method) => method.name));
}

function row(state: State, method: Method, columns: Column[]): HTMLElement {
  const divergence = method.divergence;
  const badge =
    divergence &&
    h(
      "span",
      { class: "badge failure", "data-state": "diverged", title: divergence.reason },
      `diverged in cycle ${integer(divergence.cycle)}`,
    );
  const settings = [method.kind === method.name ? "" : method.kind, method.settings].filter((text) => text !== "").join(" · ");
  return h(
    "tr",
    { "data-method": method.name, class: divergence ? "diverged" : "" },
    h(
      "th",
      { scope: "row" },
      methodLabel(state, method.name),
      badge,
      settings !== "" && h("span", { class: "settings" }, settings),
    ),
    columns.map((c) => cell(method, c)),
  );
}

function cell(method: Method, column: Column): HTMLElement {
  const score = method.scores[column.name];
  if (!isNumber(score?.value)) return h("td", { class: "number" }, h("span", { class: "none" }, "–"));
  const best = column.best.has(method.name);
  const factor = column.kind.factor ?? 1;
  const doubt = column.name === "spreadErrorRatio" && !method.divergence ? confidence(score.value) : "";
  return h(
    "td",
    { class: "number" + (best ? " best" : "") + (doubt ? " doubt" : ""), title: doubt || (best ? "best" : null) },
    h("span", { class: "value" }, fixed(factor * score.value, column.decimals), best && h("span", { class: "hidden" }, " best")),
    column.hasErrors &&
      h("span", { class: "error" }, isNumber(score.standardError) ? `±${fixed(factor * score.standardError, column.decimals)}` : ""),
    doubt !== "" && h("span", { class: "word" }, doubt),
  );
}

function confidence(ratio: number): string {
  return ratio < 0.8 ? "overconfident" : ratio > 1.25 ? "underconfident" : "";
}

function compare(a: Method, b: Method, key: string): number {
  if (key === "") return a.name.localeCompare(b.name, "en", { numeric: true });
  const value = (method: Method) => method.scores[key]?.value ?? Infinity;
  return value(a) - value(b);
}

function kindOf(name: string): ScoreKind {
  const known = KINDS.find((kind) => kind.name === name);
  if (known) return known;
  const parameter = /^parameterRmse\.(.+)$/.exec(name)?.[1];
  if (parameter) return { name, heading: `RMSE of ${parameter}`, explain: `error of the parameter ${parameter}`, distance: smaller };
  return { name, heading: name.replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase(), explain: name };
}

function isNumber(value: number | null | undefined): value is number {
  return value !== null && value !== undefined;
}
