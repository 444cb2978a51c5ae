import { markSign, methodLabel } from "../chart";
import type { Observations } from "../contract";
import { h, select } from "../dom";
import { latitude, longitude } from "../fields/frame";
import { markKind } from "../fields/marks";
import { fixed, integer, number, unitAfter } from "../format";
import type { State } from "../state";

const MOST_ROWS = 200;

/** What became of the observations: counts by fate and field, and a list of those that were rejected. */
export function observationsView(state: State): HTMLElement | null {
  const { observations } = state.data;
  if (!observations || observations.counts.length === 0) return null;
  const parts = [fatesTable(observations), checksTable(state, observations), rejectedList(state, observations)].filter((part) => part !== null);
  return h("div", { class: "stack" }, ...parts);
}

function fatesTable({ counts: all, fateNames }: Observations): HTMLElement {
  const counts = all.filter((count) => count.method === undefined);
  const fields = [...new Set(counts.map((count) => count.field))];
  const fates = [...new Set([...fateNames, ...counts.map((count) => count.fate)])];
  const countOf = (fate: string | null, field: string) =>
    counts.filter((c) => c.field === field && (fate === null || c.fate === fate)).reduce((sum, c) => sum + c.count, 0);
  const cells = (fate: string | null) =>
    fields.flatMap((field) => {
      const [count, all] = [countOf(fate, field), countOf(null, field)];
      return [
        h("td", { class: "number" + (count === 0 ? " zero" : "") }, integer(count)),
        h("td", { class: "number share" }, all > 0 ? `${fixed((100 * count) / all, 1)} %` : "–"),
      ];
    });
  const shown = fates.filter((fate) => fate === "used" || fields.some((field) => countOf(fate, field) > 0));
  return h(
    "div",
    {},
    shown.length > 1 && h("p", { class: "note" }, "The first check that an observation fails decides its fate. Good: few rejected, and for reasons that you know."),
    h(
      "div",
      { class: "scroll", tabindex: 0, role: "region", "aria-label": "What became of the observations" },
      h(
        "table",
        { "data-table": "fates" },
        h(
          "thead",
          {},
          h("tr", {}, h("th", { scope: "col" }, "fate"), fields.map((field) => h("th", { scope: "col", class: "number", colspan: 2 }, field))),
        ),
        h(
          "tbody",
          {},
          shown.map((fate) => h("tr", { "data-fate": fate }, h("th", { scope: "row" }, markSign(markKind(fate)), " ", fate), cells(fate))),
          shown.length > 1 && h("tr", { class: "sum" }, h("th", { scope: "row" }, "all"), cells(null)),
        ),
      ),
    ),
  );
}

/** What each method's own background check refused of what came through on entry. */
function checksTable(state: State, { counts }: Observations): HTMLElement | null {
  const own = counts.filter((count) => count.method !== undefined);
  if (own.length === 0) return null;
  return h(
    "div",
    {},
    h("h3", {}, "Background checks"),
    h("p", { class: "note" }, "What each method refused of the used ones, because it lies too far from its forecast. Good: few; many say that the spread is too small."),
    h(
      "div",
      { class: "scroll", tabindex: 0, role: "region", "aria-label": "Background checks" },
      h(
        "table",
        { "data-table": "checks" },
        h("thead", {}, h("tr", {}, ["method", "observations of", "fate"].map((text) => h("th", { scope: "col" }, text)), h("th", { scope: "col", class: "number" }, "count"))),
        h(
          "tbody",
          {},
          own.map((count) =>
            h(
              "tr",
              {},
              h("th", { scope: "row" }, methodLabel(state, count.method!)),
              h("td", {}, count.field),
              h("td", {}, markSign(markKind(count.fate)), " ", count.fate),
              h("td", { class: "number" }, integer(count.count)),
            ),
          ),
        ),
      ),
    ),
  );
}

/** When, where and why single observations were rejected. */
function rejectedList(state: State, observations: Observations): HTMLElement | null {
  const { block } = state;
  const reasons = reasonsOf(state, observations);
  if (reasons.length === 0) return null;
  const [times, x, y, values] = [observations.times, observations.x, observations.y, observations.values].map((where) => block.numbers(where));
  const fields = block.codes(observations.field);
  const stations = block.numbers(observations.station);
  const sphere = state.data.fields.some((field) => field.geometry.kind === "Sphere" || field.geometry.kind === "ScatteredSphere");
  const units = new Map(
    [...state.data.fields, ...state.data.components].map((part): [string, string] => [part.name, unitAfter(part.unit)]),
  );
  const place = (i: number) =>
    !Number.isFinite(x[i]) ? "–" : sphere ? `${latitude(round(y[i]))} ${longitude(round(x[i]))}` : `${number(x[i], 4)}, ${number(y[i], 4)}`;
  let reason = reasons.reduce((a, b) => (b.indices.length < a.indices.length ? b : a));
  const body = h("tbody");
  const note = h("p", { class: "note" });

  function fill(): void {
    const own = reason.indices;
    body.replaceChildren(
      ...own.slice(0, MOST_ROWS).map((i) =>
        h(
          "tr",
          {},
          h("td", {}, state.times.text(times[i])),
          observations.stationNames.length > 0 && h("td", {}, observations.stationNames[stations[i]] ?? "–"),
          h("td", {}, place(i)),
          h("td", {}, observations.fieldNames[fields[i]] ?? ""),
          h("td", { class: "number" }, number(values[i], 5) + (units.get(observations.fieldNames[fields[i]]) ?? "")),
        ),
      ),
    );
    note.textContent = own.length > MOST_ROWS ? `The first ${MOST_ROWS} of ${integer(own.length)}.` : "";
  }

  fill();
  return h(
    "div",
    {},
    h("h3", {}, "Rejected observations"),
    h(
      "div",
      { class: "controls" },
      select("Why", reasons.map(({ text, indices }) => ({ value: text, text: `${text} (${integer(indices.length)})` })), reason.text, (value) => {
        reason = reasons.find((each) => each.text === value)!;
        fill();
      }),
    ),
    h(
      "div",
      { class: "scroll tall", tabindex: 0, role: "region", "aria-label": "Rejected observations" },
      h(
        "table",
        { "data-table": "rejected" },
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            ["time", ...(observations.stationNames.length > 0 ? ["station"] : []), "place", "of"].map((text) => h("th", { scope: "col" }, text)),
            h("th", { scope: "col", class: "number" }, "value"),
          ),
        ),
        body,
      ),
    ),
    note,
  );
}

/** Why observations were rejected, and which: on entry, or by a method. */
function reasonsOf(state: State, observations: Observations): { text: string; indices: number[] }[] {
  const onEntry = state.block.codes(observations.fate);
  const found = new Map<string, number[]>();
  const list = (text: string) => {
    const own = found.get(text) ?? [];
    found.set(text, own);
    return own;
  };
  const add = (codes: Uint8Array, after: string, isNew: (i: number) => boolean) =>
    codes.forEach((code, i) => {
      const fate = observations.fateNames[code];
      if (markKind(fate) === "rejected" && isNew(i)) list(fate + after).push(i);
    });
  add(onEntry, "", () => true);
  for (const { method, fate } of observations.departures)
    if (fate) {
      const own = state.block.codes(fate);
      add(own, `, by ${method}`, (i) => own[i] !== onEntry[i]);
    }
  return [...found].map(([text, indices]) => ({ text, indices }));
}

function round(degrees: number): number {
  return Number(degrees.toFixed(2));
}
