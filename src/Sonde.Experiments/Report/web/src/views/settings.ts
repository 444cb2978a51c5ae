import { h } from "../dom";
import type { State } from "../state";

/** The resolved experiment file, folded. */
export function settingsView(state: State): HTMLElement | null {
  const { settings } = state.experiment;
  if (settings.trim() === "") return null;
  return h(
    "details",
    { class: "settings-file" },
    h("summary", {}, "The experiment file, with every default written out"),
    h("pre", { tabindex: 0 }, h("code", {}, settings)),
  );
}
