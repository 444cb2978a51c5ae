import type { CustomSeriesOption } from "echarts";
import type { BandPoint } from "./series";

/** A filled band between two curves, in gaps where either is missing. */
export function bandShape(id: string, band: readonly BandPoint[], color: string, opacity: number, axis = 0): CustomSeriesOption {
  return {
    type: "custom",
    id,
    xAxisIndex: axis,
    yAxisIndex: axis,
    data: band.length > 0 ? [...band] : [],
    encode: { x: 0, y: [1, 2] },
    clip: true,
    silent: true,
    tooltip: { show: false },
    z: 1,
    renderItem: (parameters, api) => {
      if (parameters.dataIndexInside !== 0) return null;
      return {
        type: "group",
        children: pieces(band).map((piece) => ({
          type: "polygon",
          silent: true,
          shape: {
            points: [
              ...piece.map(([t, low]) => api.coord([t, low])),
              ...piece.slice().reverse().map(([t, , high]) => api.coord([t, high])),
            ],
          },
          style: { fill: color, opacity },
        })),
      };
    },
  };
}

/** Vertical bars from low to high at each x, with short ends: standard errors. */
export function errorBars(id: string, bars: readonly BandPoint[], color: string): CustomSeriesOption {
  return {
    type: "custom",
    id,
    data: [...bars],
    encode: { x: 0, y: [1, 2] },
    clip: true,
    silent: true,
    tooltip: { show: false },
    z: 2,
    renderItem: (_parameters, api) => {
      const [x, low] = api.coord([api.value(0), api.value(1)]);
      const [, high] = api.coord([api.value(0), api.value(2)]);
      const line = (x1: number, y1: number, x2: number, y2: number) => ({
        type: "line" as const,
        silent: true,
        shape: { x1, y1, x2, y2 },
        style: { stroke: color, lineWidth: 1 },
      });
      return { type: "group", children: [line(x, low, x, high), line(x - 3, low, x + 3, low), line(x - 3, high, x + 3, high)] };
    },
  };
}

function pieces(band: readonly BandPoint[]): BandPoint[][] {
  const found: BandPoint[][] = [];
  let piece: BandPoint[] = [];
  for (const point of band) {
    if (Number.isFinite(point[1]) && Number.isFinite(point[2])) piece.push(point);
    else if (piece.length > 0) {
      found.push(piece);
      piece = [];
    }
  }
  return piece.length > 0 ? [...found, piece] : found;
}
