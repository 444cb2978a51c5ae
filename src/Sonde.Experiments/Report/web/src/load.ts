import type { NumbersAt, ReportDocument, RowsAt } from "./contract";

const FORMAT = 2;
const MISSING = 4095;

/** The numbers that the JSON points to. */
export class NumberBlock {
  private readonly decoded = new Map<RowsAt, Float32Array[]>();

  constructor(private readonly bytes: Uint8Array<ArrayBuffer>) {}

  /** Single precision; what is not finite is a gap. */
  numbers(where: NumbersAt): Float32Array {
    return new Float32Array(this.bytes.buffer, where.at, where.count);
  }

  codes(where: NumbersAt): Uint8Array {
    return this.bytes.subarray(where.at, where.at + where.count);
  }

  /** Rows of 12 bits: each row's smallest value and step, then differences of codes, folded; low bytes of all rows first. */
  rows(where: RowsAt): Float32Array[] {
    let rows = this.decoded.get(where);
    if (rows) return rows;
    const scales = new Float32Array(this.bytes.buffer, where.at, 2 * where.rows);
    const low = where.at + 8 * where.rows;
    const high = low + where.rows * where.width;
    rows = [];
    for (let r = 0; r < where.rows; r++) {
      const row = new Float32Array(where.width);
      const [smallest, step] = [scales[2 * r], scales[2 * r + 1]];
      let code = 0;
      for (let i = 0; i < where.width; i++) {
        const at = r * where.width + i;
        const folded = this.bytes[low + at] | (this.bytes[high + at] << 8);
        code += folded & 1 ? -(folded + 1) / 2 : folded / 2;
        row[i] = code === MISSING ? NaN : smallest + step * code;
      }
      rows.push(row);
    }
    this.decoded.set(where, rows);
    return rows;
  }
}

export interface LoadedReport {
  document: ReportDocument;
  block: NumberBlock;
}

/** Reads the page's own data. */
export async function load(): Promise<LoadedReport> {
  const document_ = JSON.parse(text("sonde-data")) as ReportDocument;
  if (document_.format !== FORMAT)
    throw new Error(`These data have format ${document_.format}, this page reads format ${FORMAT}: another version of Sonde wrote them.`);
  return { document: document_, block: new NumberBlock(await unzip(text("sonde-numbers"))) };
}

function text(id: string): string {
  return document.getElementById(id)?.textContent ?? "";
}

async function unzip(base64: string): Promise<Uint8Array<ArrayBuffer>> {
  const characters = atob(base64.trim());
  if (characters.length === 0) return new Uint8Array();
  const zipped = new Uint8Array(characters.length);
  for (let i = 0; i < characters.length; i++) zipped[i] = characters.charCodeAt(i);
  const stream = new Blob([zipped]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
