import { labelsIn, valueAxis, withTicks, type EChartsOption, type EChartsType } from "./chart";
import { h } from "./dom";
import { extent } from "./series";
import type { State } from "./state";

const LEAST_DRAG = 5;

/** The stretch of time that a chart shows: chosen by dragging over it, with the slider below, or by pinching. */
export class TimeZoom {
  readonly full: readonly [number, number];
  from: number;
  to: number;
  private chart: EChartsType | null = null;
  private pending = false;

  /** All of these ascending times can be shown; a single one has some room around it. */
  constructor(
    times: readonly Float32Array[],
    private readonly changed: (chart: EChartsType) => void,
  ) {
    const [first, last] = extent(times.flatMap((t) => [t[0], t[t.length - 1]]));
    this.full = last > first ? [first, last] : first === last ? [first - 0.5, first + 0.5] : [0, 1];
    [this.from, this.to] = this.full;
  }

  attach(chart: EChartsType): void {
    this.chart = chart;
    const element = chart.getDom();
    chart.on("datazoom", () => this.read());
    element.addEventListener("dblclick", () => this.show(this.full[0], this.full[1]));
    element.addEventListener("pointerdown", (event) => this.drag(element, event));
  }

  /** The axis of time, labelled for the stretch that is shown. */
  axis(state: State, width: number, more: { gridIndex?: number; name?: string; labels?: boolean } = {}) {
    const { name = state.times.name, labels = true, ...rest } = more;
    const { values, label } = state.times.ticks(this.from, this.to, labelsIn(width));
    const [min, max] = this.full;
    const axis = withTicks(valueAxis(state, "x", name, { min, max, nameGap: 12 + 15 * state.times.lines, ...rest }), values, label);
    return { ...axis, axisLabel: { ...axis.axisLabel, show: labels } };
  }

  /** Options of a chart whose x axes are times. */
  options(state: State, axes: number[]): Pick<EChartsOption, "dataZoom"> {
    const range = { xAxisIndex: axes, filterMode: "none" as const, startValue: this.from, endValue: this.to };
    return {
      dataZoom: [
        { type: "inside", ...range, zoomOnMouseWheel: "ctrl", moveOnMouseWheel: false, moveOnMouseMove: "shift" },
        {
          type: "slider",
          ...range,
          show: !state.printing,
          height: 16,
          bottom: 8,
          showDataShadow: false,
          showDetail: false,
          brushSelect: false,
          borderColor: state.color("line"),
          backgroundColor: "transparent",
          fillerColor: state.color("filler"),
          handleSize: "120%",
          handleStyle: { color: state.color("panel"), borderColor: state.color("ink-3") },
          moveHandleSize: 0,
          emphasis: { handleStyle: { borderColor: state.color("accent") } },
        },
      ],
    };
  }

  private show(from: number, to: number): void {
    this.chart?.dispatchAction({ type: "dataZoom", dataZoomIndex: 0, startValue: from, endValue: to });
  }

  /** A stretch is marked while the mouse is held down, and shown when it is let go. */
  private drag(element: HTMLElement, down: PointerEvent): void {
    const { chart } = this;
    const box = element.getBoundingClientRect();
    const start = down.clientX - box.left;
    const isPlain = down.pointerType === "mouse" && down.button === 0 && !down.shiftKey && !down.ctrlKey;
    if (!chart || !isPlain || !chart.containPixel("grid", [start, down.clientY - box.top])) return;
    const mark = h("div", { class: "drag" });
    element.append(mark);
    let end = start;

    const move = (event: PointerEvent) => {
      end = event.clientX - box.left;
      mark.style.left = `${Math.min(start, end)}px`;
      mark.style.width = `${Math.abs(end - start)}px`;
    };
    const up = () => {
      mark.remove();
      removeEventListener("pointermove", move);
      removeEventListener("pointerup", up);
      removeEventListener("pointercancel", up);
      if (Math.abs(end - start) < LEAST_DRAG) return;
      const [a, b] = [start, end].map((x) => chart.convertFromPixel({ xAxisIndex: 0 }, x) as number);
      this.show(Math.max(this.full[0], Math.min(a, b)), Math.min(this.full[1], Math.max(a, b)));
    };
    addEventListener("pointermove", move);
    addEventListener("pointerup", up);
    addEventListener("pointercancel", up);
  }

  private read(): void {
    const zoom = (this.chart?.getOption().dataZoom as { startValue?: number; endValue?: number }[] | undefined)?.[0];
    if (zoom?.startValue === undefined || zoom.endValue === undefined) return;
    if (zoom.startValue === this.from && zoom.endValue === this.to) return;
    [this.from, this.to] = [zoom.startValue, zoom.endValue];
    if (this.pending) return;
    this.pending = true;
    requestAnimationFrame(() => {
      this.pending = false;
      if (this.chart) this.changed(this.chart);
    });
  }
}
