import { methodLabel } from "../chart";
import { h } from "../dom";
import { fixed, integer, number } from "../format";
import type { State } from "../state";

/** Assumed and diagnosed errors in observation space, as a table. */
export function consistency(state: State): HTMLElement | null {
  const rows = state.methods.flatMap((method) => method.consistency.map((c) => ({ method, c })));
  if (rows.length === 0) return null;
  const sd = (value: number | null) => h("td", { class: "number" }, number(value));
  const head = ["method", "observations", "departures", "assumed", "diagnosed", "assumed", "diagnosed", "actual / expected"];
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
        h("th", { colspan: 2, class: "group", scope: "colgroup" }, "observation error"),
        h("th", { colspan: 2, class: "group", scope: "colgroup" }, "forecast error"),
        h("th", { class: "group", scope: "colgroup" }, "departures"),
      ),
      h("tr", {}, head.map((text, i) => h("th", { scope: "col", class: i > 1 ? "number" : "" }, text))),
    ),
    h(
      "tbody",
      {},
      rows.map(({ method, c }) =>
        h(
          "tr",
          {},
          h("th", { scope: "row" }, methodLabel(state, method.name)),
          h("td", {}, c.field),
          h("td", { class: "number" }, integer(c.count)),
          sd(c.observationAssumed),
          sd(c.observationDiagnosed),
          sd(c.forecastAssumed),
          sd(c.forecastDiagnosed),
          h("td", { class: "number" }, fixed(c.innovationRatio, 2)),
        ),
      ),
    ),
  );
  return h(
    "div",
    {},
    h("h3", {}, "Consistency with the observations"),
    h(
      "p",
      { class: "note" },
      "Standard deviations that were assumed, beside those diagnosed from departures of observations from forecast and analysis " +
        "(Desroziers and others, 2005). They agree where both the errors and the method are right.",
    ),
    h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Consistency with the observations" }, table),
  );
}
