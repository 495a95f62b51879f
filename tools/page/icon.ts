// The page's icon: lines of a text, one of them lit. As SVG and, for systems that want pixels, as PNG, drawn from the same rectangles.
import { crc32, deflateSync } from 'node:zlib';

type Rgb = readonly [number, number, number];

interface Bar {
  /** In hundredths of the icon's side. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly colour: Rgb;
}

const paper: Rgb = [0x0f, 0x5b, 0x6c];
const ink: Rgb = [0xfc, 0xfa, 0xf5];
const light: Rgb = [0xff, 0xcf, 0x4d];

/** All within the middle four fifths, which every system shows. */
const bars: readonly Bar[] = [
  { x: 26, y: 27, width: 48, height: 7, colour: ink },
  { x: 26, y: 40, width: 40, height: 7, colour: ink },
  { x: 22, y: 51, width: 56, height: 11, colour: light },
  { x: 26, y: 66, width: 44, height: 7, colour: ink },
];

const hex = (colour: Rgb): string => `#${colour.map((part) => part.toString(16).padStart(2, '0')).join('')}`;

export function iconSvg(): string {
  const drawn = bars.map(
    ({ x, y, width, height, colour }) =>
      `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="2" fill="${hex(colour)}"/>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100"><rect width="100" height="100" rx="18" fill="${hex(paper)}"/>${drawn.join('')}</svg>\n`;
}

/** A square without transparency and without round corners: systems cut their own. */
export function iconPng(side: number): Uint8Array {
  const row = 1 + side * 3; // a byte that says that the row is not filtered
  const pixels = new Uint8Array(row * side);
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      const [px, py] = [((x + 0.5) * 100) / side, ((y + 0.5) * 100) / side];
      const bar = bars.find(
        (each) => px >= each.x && px < each.x + each.width && py >= each.y && py < each.y + each.height,
      );
      pixels.set(bar?.colour ?? paper, y * row + 1 + x * 3);
    }
  const header = new DataView(new ArrayBuffer(13));
  header.setUint32(0, side);
  header.setUint32(4, side);
  header.setUint8(8, 8); // bits a channel
  header.setUint8(9, 2); // red, green, blue
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', new Uint8Array(header.buffer)),
    chunk('IDAT', deflateSync(pixels)),
    chunk('IEND', new Uint8Array()),
  ]);
}

/** Length, type, data and a checksum over type and data (PNG specification, 5.3). */
function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}
