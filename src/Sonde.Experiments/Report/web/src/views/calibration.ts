import { h } from "../dom";
import type { State } from "../state";
import { consistency } from "./consistency";
import { rankHistograms } from "./ranks";
import { reliability } from "./reliability";

/** Whether the methods' uncertainty can be trusted: ranks, intervals, spread against error, departures. */
export function calibrationView(state: State): HTMLElement | null {
  const parts = [rankHistograms(state), reliability(state), consistency(state)].filter((part) => part !== null);
  return parts.length === 0 ? null : h("div", { class: "stack" }, ...parts);
}
