import { methodLabel } from "../chart";
import type { Method, Scores } from "../contract";
import { h } from "../dom";
import { columnDecimals, fixed, integer } from "../format";
import type { State } from "../state";
import { kindOf, scoreHeading, scoreNames, type ScoreKind } from "./scoreKinds";

/** One row: what a method scored on something. */
export interface ScoreRow {
  method: Method;
  scores: Scores;
  /** Stands below the method's name. */
  detail: string;
  /** Rows of the same group compete. */
  group: string;
}

interface Column {
  name: string;
  kind: ScoreKind;
  decimals: number;
  best: Set<ScoreRow>;
  hasErrors: boolean;
}

/** A table that sorts by any column, at first by the first score; marks the best, and keeps what diverged at its end, named as such. */
export function scoreTable(state: State, name: string, label: string, unit: string, all: readonly ScoreRow[]): HTMLElement {
  const columns = scoreNames(all.map((row) => row.scores)).map((score) => column(all, score));
  const rows = all.map((row) => ({ row, element: element(state, row, columns) }));
  const headings: { key: string; cell: HTMLElement }[] = [];
  const body = h("tbody");
  let sorted: string | null = null;
  let ascending = true;

  function sort(key: string): void {
    ascending = sorted === key ? !ascending : true;
    sorted = key;
    for (const heading of headings) {
      if (heading.key === key) heading.cell.setAttribute("aria-sort", ascending ? "ascending" : "descending");
      else heading.cell.removeAttribute("aria-sort");
    }
    const lost = ({ row }: { row: ScoreRow }) => (row.method.divergence ? 1 : 0);
    const order = rows
      .slice()
      .sort((a, b) => lost(a) - lost(b) || a.row.group.localeCompare(b.row.group) || (ascending ? 1 : -1) * compare(a.row, b.row, key));
    body.replaceChildren(...order.map((each) => each.element));
  }

  function heading(key: string, text: string, explain: string): HTMLElement {
    const cell = h(
      "th",
      { scope: "col", class: key === "" ? "" : "number", title: explain },
      h("button", { type: "button", onclick: () => sort(key) }, text, h("span", { class: "arrow", "aria-hidden": "true" })),
    );
    headings.push({ key, cell });
    return cell;
  }

  const head = h(
    "tr",
    {},
    heading("", "method", ""),
    columns.map((c) => heading(c.name, scoreHeading(c.name, unit), c.kind.explain)),
  );
  sort(columns.find((c) => c.kind.distance)?.name ?? "");
  const table = h("table", { class: "scores", "data-table": name }, h("thead", {}, head), body);
  return h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": label }, table);
}

function column(rows: readonly ScoreRow[], name: string): Column {
  const kind = kindOf(name);
  const present = rows.filter((row) => isNumber(row.scores[name]?.value));
  const sound = present.filter((row) => !row.method.divergence);
  const factor = kind.factor ?? 1;
  const values = (sound.length > 0 ? sound : present).map((row) => factor * row.scores[name].value!);
  const errors = sound.map((row) => row.scores[name].standardError).filter(isNumber).map((error) => factor * error);
  const decimals = columnDecimals(values, errors);
  const groups = [...new Set(sound.map((row) => row.group))];
  const best = new Set(groups.flatMap((group) => bestOf(sound.filter((row) => row.group === group), name, kind, decimals)));
  return { name, kind, decimals, best, hasErrors: errors.length > 0 };
}

/** Rows that share the best value as it is shown; none where there is no rival. */
function bestOf(sound: ScoreRow[], name: string, kind: ScoreKind, decimals: number): ScoreRow[] {
  const distance = kind.distance;
  if (!distance || sound.length < 2) return [];
  const of = (row: ScoreRow) => distance(Number(row.scores[name].value!.toFixed(decimals)));
  const least = Math.min(...sound.map(of));
  const best = sound.filter((row) => of(row) === least);
  return best.length === sound.length ? [] : best;
}

function element(state: State, row: ScoreRow, columns: Column[]): HTMLElement {
  const { method } = row;
  const divergence = method.divergence;
  const badge =
    divergence &&
    h(
      "span",
      { class: "badge failure", "data-state": "diverged", title: divergence.reason },
      `diverged in cycle ${integer(divergence.cycle)}`,
    );
  return h(
    "tr",
    { "data-method": method.name, class: divergence ? "diverged" : "" },
    h(
      "th",
      { scope: "row" },
      methodLabel(state, method.name),
      badge,
      row.detail !== "" && h("span", { class: "settings", title: row.detail }, row.detail),
    ),
    columns.map((c) => cell(row, c)),
  );
}

function cell(row: ScoreRow, column: Column): HTMLElement {
  const score = row.scores[column.name];
  if (!isNumber(score?.value)) return h("td", { class: "number" }, h("span", { class: "none" }, "–"));
  const best = column.best.has(row);
  const factor = column.kind.factor ?? 1;
  const doubt = column.name === "spreadErrorRatio" && !row.method.divergence ? confidence(score.value) : "";
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

function compare(a: ScoreRow, b: ScoreRow, key: string): number {
  if (key === "") return a.method.name.localeCompare(b.method.name, "en", { numeric: true });
  const value = (row: ScoreRow) => row.scores[key]?.value ?? Infinity;
  return value(a) - value(b) || 0;
}

function isNumber(value: number | null | undefined): value is number {
  return value !== null && value !== undefined;
}
