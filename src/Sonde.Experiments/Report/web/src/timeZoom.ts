import { labelsIn, rangeAxis, type EChartsOption, type EChartsType } from "./chart";
import { timeAxis } from "./format";
import type { State } from "./state";

/** The stretch of time that a chart shows: chosen by dragging over it, with the slider below, or by pinching. */
export class TimeZoom {
  from: number;
  to: number;
  private chart: EChartsType | null = null;
  private pending = false;

  constructor(
    readonly full: readonly [number, number],
    private readonly changed: (chart: EChartsType) => void,
  ) {
    [this.from, this.to] = full;
  }

  attach(chart: EChartsType): void {
    this.chart = chart;
    chart.on("datazoom", () => this.read());
    chart.getZr().on("dblclick", () =>
      chart.dispatchAction({ type: "dataZoom", dataZoomIndex: 0, startValue: this.full[0], endValue: this.full[1] }),
    );
  }

  /** The axis of time, labelled for the stretch that is shown. */
  axis(state: State, width: number, more: { gridIndex?: number; name?: string; labels?: boolean } = {}) {
    const { name = timeAxis(state.experiment), labels = true, ...rest } = more;
    const axis = rangeAxis(state, "x", name, this.from, this.to, labelsIn(width), rest);
    return { ...axis, min: this.full[0], max: this.full[1], axisLabel: { ...axis.axisLabel, show: labels } };
  }

  /** Options of a chart whose x axes are times. */
  options(state: State, axes: number[]): Pick<EChartsOption, "toolbox" | "dataZoom"> {
    const range = { xAxisIndex: axes, filterMode: "none" as const, startValue: this.from, endValue: this.to };
    const hidden = { show: false };
    return {
      toolbox: {
        itemSize: 0,
        showTitle: false,
        feature: {
          dataZoom: {
            xAxisIndex: axes,
            yAxisIndex: false,
            filterMode: "none",
            icon: { zoom: "path://", back: "path://" },
            brushStyle: { color: state.color("accent"), opacity: 0.15 },
            emphasis: { iconStyle: hidden as object },
          },
        },
      },
      dataZoom: [
        { type: "inside", ...range, zoomOnMouseWheel: "ctrl", moveOnMouseWheel: false, moveOnMouseMove: "shift" },
        {
          type: "slider",
          ...range,
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

  /** After a chart was drawn anew: dragging selects a stretch, where there is a mouse. */
  drawn(): void {
    if (!matchMedia("(pointer: coarse)").matches)
      this.chart?.dispatchAction({ type: "takeGlobalCursor", key: "dataZoomSelect", dataZoomSelectActive: true });
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
