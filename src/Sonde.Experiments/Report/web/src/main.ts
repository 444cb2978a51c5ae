import "./style.css";
import { methodLabel } from "./chart";
import { h } from "./dom";
import { load } from "./load";
import { State } from "./state";
import { calibrationView } from "./views/calibration";
import { componentsView } from "./views/components";
import { fieldsView } from "./views/fields";
import { header } from "./views/header";
import { learnedView } from "./views/learned";
import { observationsView } from "./views/observations";
import { overTimeView } from "./views/overTime";
import { posteriorsView } from "./views/posteriors";
import { scoresView } from "./views/scores";
import { settingsView } from "./views/settings";
import { sweepView } from "./views/sweep";
import { trajectoriesView } from "./views/trajectories";

declare global {
  interface Window {
    /** For tests: whether every chart has been drawn, and what went wrong. */
    sondeReport: { ready: boolean; error: string | null };
  }
}

window.sondeReport = { ready: false, error: null };

interface Section {
  id: string;
  heading: string;
  view: (state: State) => HTMLElement | null;
}

const SECTIONS: Section[] = [
  { id: "scores", heading: "Scores", view: scoresView },
  { id: "sweep", heading: "Sweep", view: sweepView },
  { id: "trajectories", heading: "Trajectories", view: trajectoriesView },
  { id: "over-time", heading: "Over time", view: overTimeView },
  { id: "components", heading: "Components", view: (state) => componentsView(state, false) },
  { id: "fields", heading: "Fields", view: fieldsView },
  { id: "parameters", heading: "Parameters", view: (state) => componentsView(state, true) },
  { id: "posteriors", heading: "Posteriors", view: posteriorsView },
  { id: "learned", heading: "Learned", view: learnedView },
  { id: "calibration", heading: "Calibration", view: calibrationView },
  { id: "observations", heading: "Observations", view: observationsView },
  { id: "settings", heading: "Settings", view: settingsView },
];

async function start(): Promise<void> {
  const { document: report, block } = await load();
  const state = new State(report.data, block);
  document.documentElement.dataset.theme = state.theme;
  const made = SECTIONS.map((section) => ({ section, view: section.view(state) })).flatMap(({ section, view }) =>
    view ? [{ section, view }] : [],
  );
  const main = h(
    "main",
    {},
    header(state, report.summary),
    ...made.map(({ section, view }) =>
      h("section", { id: section.id, "aria-labelledby": `${section.id}-heading` },
        h("h2", { id: `${section.id}-heading` }, section.heading), view),
    ),
  );
  const bar = topBar(state, made.map(({ section }) => section));
  document.getElementById("app")!.replaceChildren(bar, main);
  followHeight(bar);
  followPrinting(state);
  await drawn();
  window.sondeReport.ready = true;
}

function topBar(state: State, sections: Section[]): HTMLElement {
  const toggle = h("button", { type: "button", class: "theme", onclick: () => state.toggleTheme() });
  const describe = () => {
    toggle.textContent = state.theme === "dark" ? "Light" : "Dark";
    toggle.setAttribute("aria-label", `Switch to ${state.theme === "dark" ? "light" : "dark"} colors`);
  };
  state.onChange(describe, toggle);
  describe();
  const links = sections.map((section) => h("a", { href: `#${section.id}` }, section.heading));
  return h(
    "div",
    { class: "top" },
    h("nav", { "aria-label": "Sections" }, h("a", { class: "brand", href: "#" }, "Sonde"), h("div", { class: "links" }, links), toggle),
    chips(state),
  );
}

/** Buttons that show and hide a method everywhere. */
function chips(state: State): HTMLElement | null {
  const { allMethods } = state;
  if (allMethods.length < 2) return null;
  const buttons = allMethods.map((method) =>
    h(
      "button",
      { type: "button", class: "chip", "data-chip": method, onclick: () => state.setVisible([method], !state.isVisible(method)) },
      methodLabel(state, method),
    ),
  );
  const every = h("button", {
    type: "button",
    class: "chip every",
    onclick: () => state.setVisible(allMethods, !allMethods.every((method) => state.isVisible(method))),
  });
  const describe = () => {
    buttons.forEach((button, i) => button.setAttribute("aria-pressed", String(state.isVisible(allMethods[i]))));
    every.textContent = allMethods.every((method) => state.isVisible(method)) ? "hide all" : "show all";
  };
  const group = h("div", { class: "chips", role: "group", "aria-label": "Methods shown in charts" }, ...buttons, every);
  state.onChange(describe, group);
  describe();
  return group;
}

/** What sticks below the bar, and where links jump to, must know how high it is. */
function followHeight(bar: HTMLElement): void {
  new ResizeObserver(() => document.documentElement.style.setProperty("--top", `${bar.offsetHeight}px`)).observe(bar);
}

function followPrinting(state: State): void {
  const settings = document.querySelector<HTMLDetailsElement>("details.settings-file");
  let open = false;
  const set = (printing: boolean) => {
    state.printing = printing;
    document.documentElement.classList.toggle("printing", printing);
    if (settings) {
      if (printing) open = settings.open;
      settings.open = printing || open;
    }
    state.changed();
  };
  addEventListener("beforeprint", () => set(true));
  addEventListener("afterprint", () => set(false));
}

/** Charts draw when they first hear how wide they are: after the next layout. */
async function drawn(): Promise<void> {
  while (document.querySelector("[data-chart]:not([data-points])")) await new Promise((done) => setTimeout(done, 20));
}

start().catch((error: unknown) => {
  const text = error instanceof Error ? error.message : String(error);
  window.sondeReport.error = text;
  document.getElementById("app")!.replaceChildren(
    h("main", {}, h("h1", {}, "This report cannot be shown"), h("p", {}, text)),
  );
});
