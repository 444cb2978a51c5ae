import { markSign, methodLabel } from "../chart";
import type { Field } from "../contract";
import { checkbox, h, segmented, select } from "../dom";
import { number, sentence, unitAfter } from "../format";
import { Clock } from "../fields/clock";
import { latitude, longitude, mapFrame, spaceTimeFrame, type Frame } from "../fields/frame";
import { markKind, ObservationMarks } from "../fields/marks";
import { Panel } from "../fields/panel";
import type { Place } from "../fields/plot";
import { quantitiesOf, Scales, type Quantity } from "../fields/quantities";
import { nearest } from "../series";
import type { State } from "../state";
import { profileChart } from "./profile";

type Arrangement = "quantities" | "methods";

/** Fields as maps with a slider over time, or over space and time where space has one dimension. */
export function fieldsView(state: State): HTMLElement | null {
  const fields = state.data.fields;
  if (fields.length === 0) return null;
  const place = h("div");
  const show = (name: string) =>
    place.replaceChildren(new FieldView(state, fields.find((field) => field.name === name) ?? fields[0]).element);
  show(fields[0].name);
  const choose =
    fields.length > 1 &&
    h("div", { class: "controls" }, select("Field", fields.map((f) => ({ value: f.name, text: f.name })), fields[0].name, show));
  return h("div", {}, choose, place);
}

class FieldView {
  readonly element: HTMLElement;
  private readonly times: Float32Array;
  private readonly methods: string[];
  private readonly quantities: Quantity[];
  private readonly scales: Scales;
  private readonly flat: boolean;
  private readonly frame: Frame;
  private readonly marks: ObservationMarks | null;
  private readonly grid: HTMLElement;
  private readonly legend = h("p", { class: "legend" });
  private readonly place = h("output", { class: "place", "aria-live": "polite" });
  private readonly chooser = h("span", { class: "chooser" });
  private readonly clock: Clock;
  private readonly profile: ReturnType<typeof profileChart> | null;
  private panels: { panel: Panel; quantity: Quantity; method: string; values: Map<number, Float32Array> }[] = [];
  private arrangement: Arrangement = "quantities";
  private method: string;
  private quantity: Quantity;
  private withMarks: boolean;
  private fitted = false;

  constructor(
    private readonly state: State,
    private readonly field: Field,
  ) {
    const { block } = state;
    this.times = block.numbers(field.times);
    this.methods = field.estimates.map((estimate) => estimate.method);
    this.quantities = quantitiesOf(state, field);
    this.scales = new Scales(this.quantities, this.times, state.experiment);
    this.method = state.favorite(this.methods);
    this.quantity = this.quantities.find((q) => q.name === "error") ?? this.quantities[this.quantities.length - 1];

    const { geometry } = field;
    const [x, y] = [block.numbers(geometry.x), block.numbers(geometry.y)];
    this.flat = geometry.kind === "Line" || geometry.kind === "Ring";
    this.frame = this.flat ? spaceTimeFrame(geometry, x, this.times, state.times) : mapFrame(geometry, x, y);
    this.marks = state.data.observations && !this.flat ? new ObservationMarks(state, state.data.observations) : null;
    this.withMarks = this.marks !== null;
    this.grid = h("div", { class: this.flat ? "panels wide" : "panels" });
    this.clock = new Clock(state, this.times, () => this.draw());
    this.profile = this.flat ? profileChart(state, field, x, this.times) : null;

    const arrangements = [
      { value: "quantities", text: "one method" },
      { value: "methods", text: "all methods" },
    ] as const;
    this.element = h(
      "div",
      { class: "field-view" },
      h(
        "p",
        { class: "note" },
        field.truth
          ? "Good: an analysis that cannot be told from the truth, an error without structure, and a spread that is large where the error is."
          : "What is believed, and how sure it is. Good: a spread that is small near observations and grows with the distance from them.",
        this.flat ? " A click chooses the time of the profile below." : "",
      ),
      h(
        "div",
        { class: "controls" },
        this.methods.length > 1 &&
          segmented("Show", arrangements, this.arrangement, (value) => {
            this.arrangement = value;
            this.arrange();
          }),
        this.chooser,
        this.marks &&
          checkbox("observations", this.withMarks, (checked) => {
            this.withMarks = checked;
            this.draw();
          }),
        !this.flat &&
          checkbox("colors of this time only", this.fitted, (checked) => {
            this.fitted = checked;
            this.draw();
          }),
        this.place,
      ),
      this.flat ? null : this.clock.element,
      this.grid,
      this.legend,
      this.profile && h("div", { class: "profile" }, this.clock.element, this.profile.element),
    );
    this.arrange();
    state.onChange(() => (this.arrangement === "methods" ? this.arrange() : this.draw()), this.element);
  }

  /** Which panels there are. */
  private arrange(): void {
    const one = this.arrangement === "quantities";
    const options = one
      ? this.methods.map((value) => ({ value, text: value }))
      : this.quantities.filter((q) => !q.shared).map((q) => ({ value: q.name, text: q.name }));
    this.chooser.replaceChildren(
      ...(options.length < 2
        ? []
        : [
            select(one ? "Method" : "Quantity", options, one ? this.method : this.quantity.name, (value) => {
              if (one) this.method = value;
              else this.quantity = this.quantities.find((q) => q.name === value)!;
              this.arrange();
            }),
          ]),
    );
    const shown = one
      ? this.quantities.map((quantity) => ({ quantity, method: quantity.shared ? "" : this.method }))
      : [
          ...this.quantities.filter((q) => q.shared && this.quantity.isValue).map((quantity) => ({ quantity, method: "" })),
          ...this.methods.filter((m) => this.state.isVisible(m)).map((method) => ({ quantity: this.quantity, method })),
        ];
    this.panels = shown
      .filter(({ quantity, method }) => quantity.values(method, 0) !== null)
      .map(({ quantity, method }) => ({ panel: this.newPanel(), quantity, method, values: new Map() }));
    this.grid.replaceChildren(...this.panels.map(({ panel }) => panel.element));
    this.draw();
  }

  private newPanel(): Panel {
    const panel: Panel = new Panel(this.state, this.flat ? "hovmoeller" : "map", {
      move: (place) => this.point(place, panel),
      pick: (place) => this.flat && this.clock.set(nearest(this.times, place.x)),
    });
    return panel;
  }

  private point(place: Place | null, over: Panel): void {
    for (const { panel } of this.panels) panel.point(place, panel === over);
    this.place.textContent = place ? this.where(place) : "";
  }

  private where({ x, y }: Place): string {
    const { geometry } = this.field;
    if (this.frame.graticule) return `${latitude(Number(y.toFixed(1)))} ${longitude(Number(x.toFixed(1)))}`;
    if (this.flat) return `${this.state.times.text(x)}, ${geometry.xName} ${number(y)}${unitAfter(geometry.unit)}`;
    return `${geometry.xName} ${number(x)}, ${geometry.yName} ${number(y)}${unitAfter(geometry.unit)}`;
  }

  private draw(): void {
    const time = this.clock.index;
    const counts = new Map<string, number>();
    const compared = this.compared();
    const last = this.panels[this.panels.length - 1]?.panel;
    for (const { panel, quantity, method, values } of this.panels) {
      const marks = this.marks && this.withMarks ? this.marks.at(this.field, this.times, time, method || this.method) : [];
      if (panel === last)
        for (const mark of marks.filter((m) => this.isInside(m)))
          counts.set(mark.fate, (counts.get(mark.fate) ?? 0) + 1);
      panel.element.dataset.quantity = quantity.name;
      panel.element.dataset.method = method;
      panel.element.dataset.time = String(this.times[time]);
      panel.show({
        title: this.title(quantity, method),
        frame: this.flat && panel !== last ? { ...this.frame, x: { ...this.frame.x, name: "" } } : this.frame,
        values: this.flat ? this.spaceTime(values, quantity, method) : quantity.values(method, time)!,
        scale: this.fitted ? this.scales.at(quantity, compared, time) : this.scales.of(quantity, compared),
        unit: quantity.unit,
        marks,
        fillMarks: quantity.isValue,
        line: this.flat ? this.times[time] : null,
      });
    }
    this.describeMarks(counts);
    this.profile?.show(time, this.arrangement === "quantities" ? [this.method] : this.methods.filter((m) => this.state.isVisible(m)));
  }

  private isInside({ x, y }: Place): boolean {
    const { x: across, y: up } = this.frame;
    return x >= across.from && x <= across.to && y >= up.from && y <= up.to;
  }

  /** Methods that share a scale: the one that is shown, or all that are and did not diverge. */
  private compared(): string[] {
    if (this.arrangement === "quantities") return [this.method];
    const shown = this.methods.filter((m) => this.state.isVisible(m));
    const sound = shown.filter((m) => !this.state.methods.find((method) => method.name === m)?.divergence);
    return sound.length > 0 ? sound : shown;
  }

  private title(quantity: Quantity, method: string): Node {
    const name = h("span", { class: "quantity" }, sentence(quantity.name));
    return method === "" ? name : h("span", {}, name, methodLabel(this.state, method));
  }

  /** All snapshots, row by row of space: time runs along a row. Made once. */
  private spaceTime(made: Map<number, Float32Array>, quantity: Quantity, method: string): Float32Array {
    let values = made.get(0);
    if (!values) {
      const sites = this.frame.cells.y.length;
      values = new Float32Array(sites * this.times.length);
      for (let t = 0; t < this.times.length; t++) {
        const row = quantity.values(method, t)!;
        for (let i = 0; i < sites; i++) values[i * this.times.length + t] = row[i];
      }
      made.set(0, values);
    }
    return values;
  }

  private describeMarks(counts: Map<string, number>): void {
    const rejected = [...counts].filter(([fate]) => markKind(fate) === "rejected");
    const total = rejected.reduce((sum, [, count]) => sum + count, 0);
    const withheld = counts.get("withheld") ?? 0;
    this.legend.hidden = counts.size === 0;
    this.legend.replaceChildren(
      h("span", { class: "legend-item" }, markSign("used"), `${counts.get("used") ?? 0} observations used`),
      ...(withheld > 0 ? [h("span", { class: "legend-item" }, markSign("withheld"), `${withheld} withheld`)] : []),
      ...(total > 0
        ? [
            h(
              "span",
              { class: "legend-item" },
              markSign("rejected"),
              `${total} rejected (${rejected.map(([fate, count]) => `${count} ${fate}`).join(", ")})`,
            ),
          ]
        : []),
    );
  }
}
