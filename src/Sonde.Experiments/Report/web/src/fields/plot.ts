import type { Frame } from "./frame";

/** A place, in data units. */
export interface Place {
  x: number;
  y: number;
}

export const MARGIN = { left: 46, right: 10, top: 6 };
const LABELS = 10;
const LINE = 14;

/** Where a picture's frame lies on its canvas, in CSS pixels, and which pixel is which place. */
export class Plot {
  readonly left: number;
  readonly top = MARGIN.top;
  readonly width: number;

  /** @param height Of what lies between the axes; maps keep their shape and stand in the middle. */
  constructor(
    readonly frame: Frame,
    available: number,
    readonly height: number,
  ) {
    const inner = available - MARGIN.left - MARGIN.right;
    this.width = frame.aspect > 0 ? Math.min(inner, Math.round(height / frame.aspect)) : inner;
    this.left = MARGIN.left + (inner - this.width) / 2;
  }

  get right(): number {
    return this.left + this.width;
  }

  get bottom(): number {
    return this.top + this.height;
  }

  /** Of the canvas, with the labels below. */
  get totalHeight(): number {
    return this.bottom + LABELS + LINE * (this.frame.x.lines + (this.frame.x.name === "" ? 0 : 1));
  }

  x(value: number): number {
    const { from, to } = this.frame.x;
    return this.left + ((value - from) / (to - from)) * this.width;
  }

  y(value: number): number {
    const { from, to } = this.frame.y;
    return this.top + ((to - value) / (to - from)) * this.height;
  }

  /** The place under a pixel; null outside the axes. */
  placeAt(x: number, y: number): Place | null {
    const [u, v] = [(x - this.left) / this.width, (y - this.top) / this.height];
    if (u < 0 || u > 1 || v < 0 || v > 1) return null;
    const { frame } = this;
    return { x: frame.x.from + u * (frame.x.to - frame.x.from), y: frame.y.to - v * (frame.y.to - frame.y.from) };
  }

  contains(x: number, y: number): boolean {
    return x >= this.left && x <= this.right && y >= this.top && y <= this.bottom;
  }
}
