import { methodLabel } from "../chart";
import { h } from "../dom";
import { columnDecimals, fixed, integer, unitAfter } from "../format";
import type { State } from "../state";

const COLUMNS = ["method", "observations of", "count", "bias", "actual", "expected", "ratio", "assumed", "diagnosed", "assumed", "diagnosed"];

/** Departures of observations from the forecast, and assumed and diagnosed errors in observation space, as a table. */
export function consistency(state: State): HTMLElement | null {
  const rows = state.methods.flatMap((method) => method.consistency.map((c) => ({ method, c })));
  if (rows.length === 0) return null;
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
        h("th", { colspan: 4, class: "group", scope: "colgroup" }, "observation − forecast"),
        h("th", { colspan: 2, class: "group", scope: "colgroup" }, "observation error"),
        h("th", { colspan: 2, class: "group", scope: "colgroup" }, "forecast error"),
      ),
      h("tr", {}, COLUMNS.map((text, i) => h("th", { scope: "col", class: i > 1 ? "number" : "" }, text))),
    ),
    h(
      "tbody",
      {},
      rows.map(({ method, c }) => {
        const decimals = columnDecimals([c.expected, c.rmse].filter((value) => value !== null), []);
        const cell = (value: number | null) => h("td", { class: "number" }, fixed(value, decimals));
        const ratio = c.rmse !== null && c.expected !== null && c.expected > 0 ? c.rmse / c.expected : null;
        return h(
          "tr",
          {},
          h("th", { scope: "row" }, methodLabel(state, method.name)),
          h("td", {}, c.field + (unitAfter(c.unit) === "" ? "" : ` (${c.unit})`)),
          h("td", { class: "number" }, integer(c.count)),
          cell(c.bias),
          cell(c.rmse),
          cell(c.expected),
          h("td", { class: "number" }, fixed(ratio, 2)),
          cell(c.observationAssumed),
          cell(c.observationDiagnosed),
          cell(c.forecastAssumed),
          cell(c.forecastDiagnosed),
        );
      }),
    ),
  );
  return h(
    "div",
    {},
    h("h3", {}, "Consistency with the observations"),
    h(
      "p",
      { class: "note" },
      "Standard deviations of what was assumed, beside those that departures of the used observations from forecast and analysis show " +
        "(Desroziers and others, 2005). Good: a bias near 0, a ratio near 1, and diagnosed errors equal to assumed ones; a ratio above 1 means " +
        "that forecast or observation errors are larger than assumed. “–” where the diagnosed variance is negative.",
    ),
    h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Consistency with the observations" }, table),
  );
}
