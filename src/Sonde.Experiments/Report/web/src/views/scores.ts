import type { Method } from "../contract";
import { h } from "../dom";
import { integer } from "../format";
import type { State } from "../state";
import { scoreTable } from "./scoreTable";
import { isOverSeeds } from "./sweepCells";

/** Scores of every method: against the truth, and on observations that were kept back. */
export function scoresView(state: State): HTMLElement | null {
  const { methods } = state;
  if (methods.length === 0) return null;
  const withheld = withheldPart(state, methods);
  const hasTruth = methods.some((method) => (method.scores.rmse?.value ?? null) !== null);
  const all = methods.map((method) => ({ method, scores: method.scores, detail: settingsOf(method), group: "" }));
  const own = h(
    "div",
    {},
    withheld && h("h3", {}, hasTruth ? "Against the truth" : "Cost and spread"),
    h(
      "p",
      { class: "note" },
      hasTruth
        ? `Means over ${isOverSeeds(state.data.sweep) ? "seeds" : "the scored times"}, ± one standard error. Good: a small RMSE, spread / error near 1, coverage near 0.9. `
        : "Nobody knows the truth here, so there is no error against it. ",
      "A click on a heading sorts.",
    ),
    scoreTable(state, "scores", "Scores of each method", state.unit, all),
  );
  return h("div", { class: "stack" }, ...(withheld && !hasTruth ? [withheld, own] : withheld ? [own, withheld] : [own]));
}

/** How well observations are predicted that a method did not use. */
function withheldPart(state: State, methods: readonly Method[]): HTMLElement | null {
  const all = methods.flatMap((method) =>
    method.withheld.map((withheld) => ({
      method,
      scores: withheld.scores,
      detail: `${withheld.isSmoothed ? "smoothed" : "analysis"}, ${integer(withheld.count)} of ${withheld.field}`,
      group: withheld.field,
    })),
  );
  if (all.length === 0) return null;
  const units = new Set(methods.flatMap((method) => method.withheld.map((withheld) => withheld.unit)));
  return h(
    "div",
    {},
    h("h3", {}, "On withheld observations"),
    h(
      "p",
      { class: "note" },
      "How well observations are predicted that were kept from the methods; their own error is part of error and spread. " +
        "Good: a small RMSE, a bias near 0, spread / error near 1, coverage near 0.9.",
    ),
    scoreTable(state, "withheld", "Scores on withheld observations", units.size === 1 ? [...units][0] : "", all),
  );
}

function settingsOf({ name, kind, settings }: Method): string {
  return [kind === name ? "" : kind, settings].filter((text) => text !== "").join(" · ");
}
