import { h } from "../dom";
import { number, unitAfter } from "../format";
import type { State } from "../state";
import { nearestCells, type Frame } from "./frame";
import { css, pixelOf, pixels, shade, type Scale } from "./scale";

/** An observation on a map. */
export interface Mark {
  x: number;
  y: number;
  used: boolean;
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

/** Where the pointer, or the keyboard, is: in data units. */
export interface Cursor {
  x: number;
  y: number;
}

export interface PanelEvents {
  move(cursor: Cursor | null): void;
  pick?(cursor: Cursor): void;
}

const MARGIN = { left: 46, right: 10, top: 6, bottom: 36 };
const NEAR = 9;

/** A field as colors, with its axes, its observations and a color bar. */
export class Panel {
  readonly element: HTMLElement;
  private readonly canvas: HTMLCanvasElement;
  private readonly over: HTMLCanvasElement;
  private readonly bar = h("canvas", { class: "color-bar", width: 256, height: 1, "aria-hidden": "true" });
  private readonly low = h("span");
  private readonly high = h("span");
  private readonly readout = h("output", { class: "readout" });
  private readonly title = h("span", { class: "title" });
  private readonly tip = h("div", { class: "map-tip", hidden: true });
  private picture: Picture | null = null;
  private cursor: Cursor | null = null;
  private plot = { left: 0, top: 0, width: 0, height: 0 };

  constructor(
    private readonly state: State,
    private readonly name: "map" | "hovmoeller",
    private readonly height: (width: number, frame: Frame) => number,
    private readonly events: PanelEvents,
  ) {
    this.canvas = h("canvas", { class: "field" });
    this.over = h("canvas", { class: "over", tabindex: 0, role: "img" });
    const stage = h("div", { class: "stage" }, this.canvas, this.over, this.tip);
    this.element = h(
      "figure",
      { class: "panel", "data-chart": name },
      h("figcaption", {}, this.title, this.readout),
      stage,
      h("div", { class: "bar" }, this.low, this.bar, this.high),
    );
    this.over.addEventListener("pointermove", (event) => this.events.move(this.at(event)));
    this.over.addEventListener("pointerleave", () => this.events.move(null));
    this.over.addEventListener("click", (event) => {
      const cursor = this.at(event);
      if (cursor) this.events.pick?.(cursor);
    });
    this.over.addEventListener("keydown", (event) => this.step(event));
    this.over.addEventListener("blur", () => this.events.move(null));
    new ResizeObserver(() => this.draw()).observe(stage);
  }

  show(picture: Picture): void {
    this.picture = picture;
    this.draw();
  }

  /** Draws the cursor and says what is there. */
  point(cursor: Cursor | null, asTip: boolean): void {
    this.cursor = cursor;
    this.drawOver(asTip);
  }

  /** What lies under a place: a value, and an observation if one is near. */
  private read(cursor: Cursor): { value: number; mark: Mark | null } {
    const { frame, values } = this.picture!;
    const mark = this.markNear(cursor);
    if (frame.cells.kind === "dots") {
      const at = this.dotNear(cursor);
      return { value: at < 0 ? NaN : values[at], mark };
    }
    const column = closest(frame.cells.x, cursor.x);
    const row = closest(frame.cells.y, cursor.y);
    return { value: values[row * frame.cells.x.length + column], mark };
  }

  private draw(): void {
    const picture = this.picture;
    const width = this.canvas.parentElement!.clientWidth;
    if (!picture || width === 0) return;
    const { frame } = picture;
    const inner = width - MARGIN.left - MARGIN.right;
    const height = Math.round(frame.aspect > 0 ? Math.min(inner * frame.aspect, 460) : this.height(width, frame));
    const across = frame.aspect > 0 ? Math.min(inner, Math.round(height / frame.aspect)) : inner;
    this.plot = { left: MARGIN.left + (inner - across) / 2, top: MARGIN.top, width: across, height };
    const context = prepare(this.canvas, width, height + MARGIN.top + MARGIN.bottom);
    prepare(this.over, width, height + MARGIN.top + MARGIN.bottom);

    this.title.replaceChildren(picture.title);
    const drawn = frame.cells.kind === "dots" ? this.drawDots(context, picture) : this.drawCells(context, picture);
    this.drawAxes(context, frame);
    if (picture.line !== null) this.drawLine(context, picture.line);
    const shown = this.drawMarks(context, picture);
    this.drawBar(picture);

    const data = this.element.dataset;
    data.points = String(drawn);
    data.observations = String(shown.used + shown.other);
    data.rejected = String(shown.other);
    data.missing = String(picture.values.length - drawn);
    this.over.setAttribute("aria-label", `${this.title.textContent}, ${this.name === "map" ? "map" : "space and time"}; arrow keys read values`);
    this.drawOver(false);
  }

  private drawCells(context: CanvasRenderingContext2D, picture: Picture): number {
    const { frame, values, scale } = picture;
    const ratio = devicePixelRatio;
    const [w, h_] = [Math.max(1, Math.round(this.plot.width * ratio)), Math.max(1, Math.round(this.plot.height * ratio))];
    const columns = nearestCells(frame.cells.x, frame.x, w);
    const rows = nearestCells(frame.cells.y, frame.y, h_);
    const table = pixels(scale.map);
    const missing = pixelOf(this.state.color("missing"));
    const count = frame.cells.x.length;
    const colors = new Uint32Array(values.length);
    let drawn = 0;
    for (let i = 0; i < values.length; i++) {
      const at = shade(scale, values[i]);
      colors[i] = at < 0 ? missing : table[at];
      if (at >= 0) drawn++;
    }
    const image = context.createImageData(w, h_);
    const data = new Uint32Array(image.data.buffer);
    for (let p = 0; p < h_; p++) {
      const row = rows[h_ - 1 - p];
      for (let q = 0; q < w; q++) data[p * w + q] = row < 0 || columns[q] < 0 ? missing : colors[row * count + columns[q]];
    }
    context.putImageData(image, Math.round(this.plot.left * ratio), Math.round(this.plot.top * ratio));
    return drawn;
  }

  private drawDots(context: CanvasRenderingContext2D, picture: Picture): number {
    const { frame, values, scale } = picture;
    const area = (this.plot.width * this.plot.height) / Math.max(1, values.length);
    const radius = Math.min(9, Math.max(1.5, 0.4 * Math.sqrt(area)));
    context.save();
    context.beginPath();
    context.rect(this.plot.left, this.plot.top, this.plot.width, this.plot.height);
    context.clip();
    let drawn = 0;
    for (let i = 0; i < values.length; i++) {
      const at = shade(scale, values[i]);
      context.fillStyle = at < 0 ? this.state.color("missing") : css(scale, values[i]);
      context.beginPath();
      context.arc(this.left(frame.cells.x[i]), this.top(frame.cells.y[i]), radius, 0, 2 * Math.PI);
      context.fill();
      if (at >= 0) drawn++;
    }
    context.restore();
    return drawn;
  }

  private drawAxes(context: CanvasRenderingContext2D, frame: Frame): void {
    const { left, top, width, height } = this.plot;
    const [bottom, right] = [top + height, left + width];
    context.font = `11px ${getComputedStyle(document.body).fontFamily}`;
    context.fillStyle = this.state.color("ink-2");
    context.strokeStyle = this.state.color("axis");
    context.lineWidth = 1;
    context.strokeRect(left - 0.5, top - 0.5, width + 1, height + 1);

    context.textBaseline = "top";
    let free = 0;
    for (const value of frame.x.ticks(Math.max(2, Math.floor(width / 75)))) {
      const at = Math.round(this.left(value)) + 0.5;
      if (frame.graticule) this.graticule(context, at, top, at, bottom);
      stroke(context, at, bottom, at, bottom + 4);
      const text = frame.x.label(value);
      const half = context.measureText(text).width / 2;
      const middle = Math.min(Math.max(at, left - 20 + half), right + MARGIN.right - half);
      if (middle - half < free) continue;
      context.textAlign = "center";
      context.fillText(text, middle, bottom + 7);
      free = middle + half + 6;
    }
    context.textBaseline = "middle";
    context.textAlign = "right";
    for (const value of frame.y.ticks(Math.max(2, Math.floor(height / 45)))) {
      const at = Math.round(this.top(value)) + 0.5;
      if (frame.graticule) this.graticule(context, left, at, right, at);
      stroke(context, left - 5, at, left - 1, at);
      context.fillText(frame.y.label(value), left - 8, at);
    }
    if (frame.x.name) {
      context.textAlign = "center";
      context.textBaseline = "bottom";
      context.fillText(frame.x.name, left + width / 2, bottom + MARGIN.bottom - 1);
    }
    if (frame.y.name) {
      context.save();
      context.translate(left - MARGIN.left + 10, top + height / 2);
      context.rotate(-Math.PI / 2);
      context.textAlign = "center";
      context.textBaseline = "middle";
      context.fillText(frame.y.name, 0, 0);
      context.restore();
    }
  }

  private graticule(context: CanvasRenderingContext2D, x1: number, y1: number, x2: number, y2: number): void {
    context.save();
    context.globalAlpha = 0.28;
    context.strokeStyle = "#fff";
    stroke(context, x1, y1, x2, y2);
    context.globalAlpha = 0.22;
    context.strokeStyle = "#000";
    context.setLineDash([1, 3]);
    stroke(context, x1, y1, x2, y2);
    context.restore();
  }

  private drawLine(context: CanvasRenderingContext2D, x: number): void {
    const at = Math.round(this.left(x)) + 0.5;
    context.save();
    context.lineWidth = 3;
    context.strokeStyle = "rgba(0, 0, 0, 0.45)";
    stroke(context, at, this.plot.top, at, this.plot.top + this.plot.height);
    context.lineWidth = 1.25;
    context.strokeStyle = "#fff";
    stroke(context, at, this.plot.top, at, this.plot.top + this.plot.height);
    context.restore();
  }

  private drawMarks(context: CanvasRenderingContext2D, picture: Picture): { used: number; other: number } {
    const shown = { used: 0, other: 0 };
    const { left, top, width, height } = this.plot;
    const radius = picture.marks.length > 400 ? 2 : picture.marks.length > 150 ? 2.75 : 3.75;
    context.save();
    context.lineCap = "round";
    for (const used of [true, false])
      for (const mark of picture.marks) {
        if (mark.used !== used) continue;
        const [x, y] = [this.left(mark.x), this.top(mark.y)];
        if (!(x >= left && x <= left + width && y >= top && y <= top + height)) continue;
        if (used) this.drawUsed(context, picture, mark, x, y, radius);
        else drawCross(context, x, y, radius + 0.5);
        if (used) shown.used++;
        else shown.other++;
      }
    context.restore();
    return shown;
  }

  private drawUsed(context: CanvasRenderingContext2D, picture: Picture, mark: Mark, x: number, y: number, radius: number): void {
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    if (picture.fillMarks && Number.isFinite(mark.value)) {
      context.fillStyle = css(picture.scale, mark.value);
      context.fill();
    }
    context.lineWidth = 2.5;
    context.strokeStyle = "rgba(255, 255, 255, 0.9)";
    context.stroke();
    context.lineWidth = 1;
    context.strokeStyle = "#1d2026";
    context.stroke();
  }

  private drawBar(picture: Picture): void {
    const { scale, unit } = picture;
    const context = this.bar.getContext("2d")!;
    const image = context.createImageData(256, 1);
    new Uint32Array(image.data.buffer).set(pixels(scale.map));
    context.putImageData(image, 0, 0);
    this.low.textContent = (scale.clippedLow ? "≤ " : "") + number(scale.low, 2);
    this.high.textContent = (scale.clippedHigh ? "≥ " : "") + number(scale.high, 2) + unitAfter(unit);
  }

  private drawOver(asTip: boolean): void {
    const context = this.over.getContext("2d")!;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this.over.width, this.over.height);
    context.scale(devicePixelRatio, devicePixelRatio);
    this.tip.hidden = true;
    const { cursor, picture } = this;
    if (!cursor || !picture || this.plot.width === 0) {
      this.readout.textContent = "";
      return;
    }
    const [x, y] = [this.left(cursor.x), this.top(cursor.y)];
    drawCursor(context, x, y);
    const { value, mark } = this.read(cursor);
    this.readout.textContent = Number.isFinite(value) ? number(value) + unitAfter(picture.unit) : "no value";
    if (!asTip || !mark) return;
    this.tip.textContent = mark.text;
    this.tip.hidden = false;
    const flip = x > this.plot.left + this.plot.width / 2;
    this.tip.style.cssText = `top:${y + 10}px;` + (flip ? `right:${this.over.clientWidth - x + 8}px` : `left:${x + 8}px`);
  }

  private step(event: KeyboardEvent): void {
    const moves: Record<string, [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
    const move = moves[event.key];
    if (event.key === "Enter" && this.cursor) this.events.pick?.(this.cursor);
    if (event.key === "Escape") this.events.move(null);
    if (!move || !this.picture) return;
    event.preventDefault();
    const { x, y } = this.picture.frame;
    const far = event.shiftKey ? 10 : 1;
    const from = this.cursor ?? { x: (x.from + x.to) / 2, y: (y.from + y.to) / 2 };
    this.events.move({
      x: Math.min(x.to, Math.max(x.from, from.x + (far * move[0] * (x.to - x.from)) / 100)),
      y: Math.min(y.to, Math.max(y.from, from.y + (far * move[1] * (y.to - y.from)) / 100)),
    });
  }

  private at(event: MouseEvent): Cursor | null {
    const picture = this.picture;
    if (!picture) return null;
    const box = this.over.getBoundingClientRect();
    const u = (event.clientX - box.left - this.plot.left) / this.plot.width;
    const v = (event.clientY - box.top - this.plot.top) / this.plot.height;
    if (u < 0 || u > 1 || v < 0 || v > 1) return null;
    const { x, y } = picture.frame;
    return { x: x.from + u * (x.to - x.from), y: y.to - v * (y.to - y.from) };
  }

  private markNear(cursor: Cursor): Mark | null {
    return this.nearestOf(this.picture!.marks, (mark) => mark, cursor);
  }

  private dotNear(cursor: Cursor): number {
    const { x, y } = this.picture!.frame.cells;
    const found = this.nearestOf(Array.from(x, (_, i) => i), (i) => ({ x: x[i], y: y[i] }), cursor);
    return found ?? -1;
  }

  private nearestOf<T>(items: T[], place: (item: T) => Cursor, cursor: Cursor): T | null {
    let [best, least] = [null as T | null, NEAR];
    for (const item of items) {
      const at = place(item);
      const away = Math.hypot(this.left(at.x) - this.left(cursor.x), this.top(at.y) - this.top(cursor.y));
      if (away < least) [best, least] = [item, away];
    }
    return best;
  }

  private left(x: number): number {
    const axis = this.picture!.frame.x;
    return this.plot.left + ((x - axis.from) / (axis.to - axis.from)) * this.plot.width;
  }

  private top(y: number): number {
    const axis = this.picture!.frame.y;
    return this.plot.top + ((axis.to - y) / (axis.to - axis.from)) * this.plot.height;
  }
}

function prepare(canvas: HTMLCanvasElement, width: number, height: number): CanvasRenderingContext2D {
  const ratio = devicePixelRatio;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const context = canvas.getContext("2d")!;
  context.scale(ratio, ratio);
  return context;
}

function stroke(context: CanvasRenderingContext2D, x1: number, y1: number, x2: number, y2: number): void {
  context.beginPath();
  context.moveTo(x1, y1);
  context.lineTo(x2, y2);
  context.stroke();
}

function drawCross(context: CanvasRenderingContext2D, x: number, y: number, size: number): void {
  for (const [width, color] of [
    [4.5, "rgba(255, 255, 255, 0.95)"],
    [2, "#111"],
  ] as const) {
    context.lineWidth = width;
    context.strokeStyle = color;
    stroke(context, x - size, y - size, x + size, y + size);
    stroke(context, x - size, y + size, x + size, y - size);
  }
}

function drawCursor(context: CanvasRenderingContext2D, x: number, y: number): void {
  for (const [width, color] of [
    [3, "rgba(0, 0, 0, 0.5)"],
    [1.25, "#fff"],
  ] as const) {
    context.lineWidth = width;
    context.strokeStyle = color;
    for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]])
      stroke(context, x + 4 * dx, y + 4 * dy, x + 10 * dx, y + 10 * dy);
  }
}

function closest(values: ArrayLike<number>, value: number): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (Math.abs(values[i] - value) < Math.abs(values[best] - value)) best = i;
  return best;
}
