import type { Remark } from "../contract";
import { h } from "../dom";
import { integer, sentence } from "../format";
import type { State } from "../state";

const WORDS: Record<Remark["kind"], string> = { Fact: "", Best: "", Warning: "Calibration", Failure: "Diverged" };

/** What was run and what came of it, in words. */
export function header(state: State, summary: Remark[]): HTMLElement {
  const { experiment } = state;
  const lead = summary.filter((remark) => remark.kind === "Fact" || remark.kind === "Best");
  const notes = summary.filter((remark) => remark.kind === "Warning" || remark.kind === "Failure");
  const facts: [string, string][] = [
    ...Object.entries(experiment.facts),
    ["seed", integer(experiment.seed).replace(/\u202f/g, "")],
    ...Object.entries(experiment.versions).map(([name, version]): [string, string] => [name, version]),
  ];
  return h(
    "header",
    { class: "lead" },
    h("h1", {}, experiment.name),
    experiment.description !== "" && h("p", { class: "description" }, experiment.description),
    h("p", { class: "summary", "data-summary": "" }, lead.map((remark, i) => remarkText(remark, i))),
    notes.length > 0 &&
      h(
        "ul",
        { class: "notes" },
        notes.map((remark) =>
          h("li", { class: remark.kind.toLowerCase() }, h("span", { class: "kind" }, WORDS[remark.kind]), h("span", {}, remark.text)),
        ),
      ),
    h("dl", { class: "facts" }, facts.map(([name, value]) => h("div", {}, h("dt", {}, sentence(name)), h("dd", {}, value)))),
  );
}

function remarkText(remark: Remark, index: number): HTMLElement {
  const text = (index > 0 ? " " : "") + remark.text;
  return h("span", { class: remark.kind.toLowerCase() }, text);
}
