import { h } from "../dom";
import { number, unitAfter } from "../format";
import type { State } from "../state";
import type { Frame } from "./frame";
import type { MarkKind } from "./marks";
import { paintAxes, paintCells, paintCursor, paintDots, paintLine, paintMarks, prepare, type Inks } from "./paint";
import { MARGIN, Plot, type Place } from "./plot";
import { pixels, type Scale } from "./scale";

/** An observation on a map. */
export interface Mark {
  x: number;
  y: number;
  kind: MarkKind;
  fate: string;
  /** NaN where its value is none of this field. */
  value: number;
  text: string;
}

/** What a panel shows. */
export interface Picture {
  title: Node;
  frame: Frame;
  /** Row by row from the smallest y; or one a dot. */
  values: Float32Array;
  scale: Scale;
  unit: string;
  marks: Mark[];
  /** Observations are filled with their own value's color. */
  fillMarks: boolean;
  /** A vertical line, in units of x. */
  line: number | null;
}

export interface PanelEvents {
  move(place: Place | null): void;
  pick(place: Place): void;
}

const NEAR = 9;
const HIGHEST_MAP = 400;
const ARROWS: Record<string, [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/** A field as colors, with its axes, its observations and a color bar; the pointer, or the arrow keys, read values. */
export class Panel {
  readonly element: HTMLElement;
  private readonly canvas = h("canvas", { class: "field" });
  private readonly over = h("canvas", { class: "over", tabindex: 0, role: "img" });
  private readonly bar = h("canvas", { class: "color-bar", width: 256, height: 1, "aria-hidden": "true" });
  private readonly low = h("span");
  private readonly high = h("span");
  private readonly scaleBar = h("div", { class: "bar" }, this.low, this.bar, this.high);
  private readonly readout = h("output", { class: "readout" });
  private readonly title = h("span", { class: "title" });
  private readonly tip = h("div", { class: "map-tip", hidden: true });
  private picture: Picture | null = null;
  private plot: Plot | null = null;
  private cursor: Place | null = null;
  private width = 0;

  constructor(
    private readonly state: State,
    private readonly name: "map" | "hovmoeller",
    private readonly events: PanelEvents,
  ) {
    const { over } = this;
    const stage = h("div", { class: "stage" }, this.canvas, over, this.tip);
    this.element = h("figure", { class: "panel", "data-chart": name }, h("figcaption", {}, this.title, this.readout), stage, this.scaleBar);
    over.addEventListener("pointermove", (event) => events.move(this.under(event)));
    over.addEventListener("pointerleave", () => events.move(null));
    over.addEventListener("blur", () => events.move(null));
    over.addEventListener("keydown", (event) => this.key(event));
    over.addEventListener("click", (event) => {
      const place = this.under(event);
      if (place) events.pick(place);
    });
    new ResizeObserver(() => this.draw()).observe(stage);
  }

  show(picture: Picture): void {
    this.picture = picture;
    this.draw();
  }

  /** Draws the cursor and says what is there; the panel under the pointer also tells about an observation. */
  point(place: Place | null, withTip: boolean): void {
    this.cursor = place;
    this.drawCursor(withTip);
  }

  private draw(): void {
    const { picture, canvas } = this;
    // A canvas that changes its size just before printing prints empty: then it keeps it, and the style sheet scales it.
    const width = this.state.printing && this.width > 0 ? this.width : canvas.parentElement!.clientWidth;
    if (!picture || width === 0) return;
    this.width = width;
    const plot = new Plot(picture.frame, width, heightOf(picture.frame, width));
    this.plot = plot;
    const context = prepare(canvas, width, plot.totalHeight);
    prepare(this.over, width, plot.totalHeight);
    const inks: Inks = {
      text: this.state.color("ink-2"),
      axis: this.state.color("axis"),
      missing: this.state.color("missing"),
      font: getComputedStyle(document.body).fontFamily,
    };
    this.title.replaceChildren(picture.title);
    const cells = picture.frame.cells.kind === "grid" ? paintCells(context, plot, picture, inks) : 0;
    paintAxes(context, plot, inks);
    const drawn = cells + (picture.frame.cells.kind === "dots" ? paintDots(context, plot, picture, inks) : 0);
    if (picture.line !== null) paintLine(context, plot, picture.line);
    const marks = paintMarks(context, plot, picture);
    this.drawBar(picture, plot);
    Object.assign(this.element.dataset, { points: drawn, ...marks });
    const kind = this.name === "map" ? "map" : "space and time";
    this.over.setAttribute("aria-label", `${this.title.textContent}, ${kind}; arrow keys read values`);
    this.drawCursor(false);
  }

  private drawBar({ scale, unit }: Picture, plot: Plot): void {
    const context = this.bar.getContext("2d")!;
    const image = context.createImageData(256, 1);
    new Uint32Array(image.data.buffer).set(pixels(scale.map));
    context.putImageData(image, 0, 0);
    this.low.textContent = (scale.clippedLow ? "≤ " : "") + number(scale.low, 2);
    this.high.textContent = (scale.clippedHigh ? "≥ " : "") + number(scale.high, 2) + unitAfter(unit);
    if (this.name === "map") this.scaleBar.style.cssText = `margin-left:${plot.left}px;width:${plot.width}px`;
  }

  private drawCursor(withTip: boolean): void {
    const { cursor, picture, plot, over, tip } = this;
    const context = over.getContext("2d")!;
    context.clearRect(0, 0, over.width, over.height);
    tip.hidden = true;
    this.readout.textContent = "";
    if (!cursor || !picture || !plot) return;
    const [x, y] = [plot.x(cursor.x), plot.y(cursor.y)];
    paintCursor(context, x, y);
    const value = this.valueAt(cursor);
    this.readout.textContent = Number.isFinite(value) ? number(value) + unitAfter(picture.unit) : "no value";
    const mark = withTip ? this.near(picture.marks, (m) => m, cursor) : null;
    if (!mark) return;
    tip.textContent = mark.text;
    tip.hidden = false;
    const side = x > plot.left + plot.width / 2 ? `right:${over.clientWidth - x + 8}px` : `left:${x + 8}px`;
    tip.style.cssText = `top:${y + 10}px;${side}`;
  }

  private valueAt(place: Place): number {
    const { frame, values } = this.picture!;
    const { x, y, kind } = frame.cells;
    if (kind === "grid") return values[closest(y, place.y) * x.length + closest(x, place.x)];
    const at = this.near(Array.from(x, (_, i) => i), (i) => ({ x: x[i], y: y[i] }), place);
    return at === null ? NaN : values[at];
  }

  /** What lies within a few pixels of a place. */
  private near<T>(items: T[], placeOf: (item: T) => Place, place: Place): T | null {
    const plot = this.plot!;
    let [best, least] = [null as T | null, NEAR];
    for (const item of items) {
      const { x, y } = placeOf(item);
      const away = Math.hypot(plot.x(x) - plot.x(place.x), plot.y(y) - plot.y(place.y));
      if (away < least) [best, least] = [item, away];
    }
    return best;
  }

  private under(event: MouseEvent): Place | null {
    const box = this.over.getBoundingClientRect();
    return this.plot?.placeAt(event.clientX - box.left, event.clientY - box.top) ?? null;
  }

  private key(event: KeyboardEvent): void {
    if (event.key === "Escape") this.events.move(null);
    if (event.key === "Enter" && this.cursor) this.events.pick(this.cursor);
    const arrow = ARROWS[event.key];
    if (!arrow || !this.picture) return;
    event.preventDefault();
    const { x, y } = this.picture.frame;
    const far = event.shiftKey ? 0.1 : 0.01;
    const from = this.cursor ?? { x: (x.from + x.to) / 2, y: (y.from + y.to) / 2 };
    const within = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value));
    this.events.move({
      x: within(from.x + far * arrow[0] * (x.to - x.from), x.from, x.to),
      y: within(from.y + far * arrow[1] * (y.to - y.from), y.from, y.to),
    });
  }
}

/** Maps keep their shape; space over time has a few pixels a site. */
function heightOf(frame: Frame, width: number): number {
  if (frame.aspect > 0) return Math.round(Math.min((width - MARGIN.left - MARGIN.right) * frame.aspect, HIGHEST_MAP));
  return Math.min(220, Math.max(110, 3.6 * frame.cells.y.length));
}

function closest(values: ArrayLike<number>, value: number): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (Math.abs(values[i] - value) < Math.abs(values[best] - value)) best = i;
  return best;
}
