import { methodLabel } from "../chart";
import type { FateCount, Observations } from "../contract";
import { h } from "../dom";
import { fixed, integer } from "../format";
import type { State } from "../state";

const USED = "used";

/** What became of the observations: counts by field and fate, a row more for each method that judged for itself. */
export function observationsView(state: State): HTMLElement | null {
  const observations = state.data.observations;
  if (!observations || observations.counts.length === 0) return null;
  const fates = fatesOf(observations);
  const rows = rowsOf(observations.counts);
  const hasMethods = rows.some((row) => row.method !== undefined);
  const table = h(
    "table",
    { "data-table": "fates" },
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        h("th", { scope: "col" }, "observations of"),
        hasMethods && h("th", { scope: "col" }, "method"),
        h("th", { scope: "col", class: "number" }, "all"),
        fates.map((fate) => h("th", { scope: "col", class: "number" }, fate)),
        h("th", { scope: "col", class: "number" }, "share used"),
      ),
    ),
    h(
      "tbody",
      {},
      rows.map((row) =>
        h(
          "tr",
          {},
          h("th", { scope: "row" }, row.field),
          hasMethods && h("td", {}, row.method === undefined ? "on entry" : methodLabel(state, row.method)),
          h("td", { class: "number" }, integer(row.total)),
          fates.map((fate) => {
            const count = row.counts.get(fate) ?? 0;
            return h("td", { class: "number" + (count === 0 ? " zero" : "") }, integer(count));
          }),
          h("td", { class: "number" }, row.total > 0 ? `${fixed((100 * (row.counts.get(USED) ?? 0)) / row.total, 1)} %` : "–"),
        ),
      ),
    ),
  );
  return h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "What became of the observations" }, table);
}

interface Row {
  field: string;
  method: string | undefined;
  total: number;
  counts: Map<string, number>;
}

function rowsOf(counts: FateCount[]): Row[] {
  const rows = new Map<string, Row>();
  for (const { field, fate, count, method } of counts) {
    const key = JSON.stringify([field, method]);
    const row = rows.get(key) ?? { field, method, total: 0, counts: new Map() };
    row.total += count;
    row.counts.set(fate, (row.counts.get(fate) ?? 0) + count);
    rows.set(key, row);
  }
  return [...rows.values()];
}

function fatesOf(observations: Observations): string[] {
  const all = new Set([USED, ...observations.fateNames, ...observations.counts.map((count) => count.fate)]);
  const met = new Set(observations.counts.filter((count) => count.count > 0).map((count) => count.fate));
  return [...all].filter((fate) => fate === USED || met.has(fate));
}
