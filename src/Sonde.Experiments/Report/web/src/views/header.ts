import type { Remark } from "../contract";
import { h } from "../dom";
import { integer, number, sentence } from "../format";
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
    ...(experiment.finished ? [["finished", moment(experiment.finished)] as [string, string]] : []),
    ...(experiment.seconds !== null ? [["methods took", duration(experiment.seconds)] as [string, string]] : []),
    ...Object.entries(experiment.versions),
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

function moment(text: string): string {
  return `${new Date(text).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

function duration(seconds: number): string {
  if (seconds < 120) return `${number(seconds)} s`;
  const minutes = seconds / 60;
  return minutes < 120 ? `${number(minutes)} min` : `${number(minutes / 60)} h`;
}
