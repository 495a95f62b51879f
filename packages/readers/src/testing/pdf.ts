// PDF files for tests, written object by object (ISO 32000-1): no library has a say in what they hold.

export interface PdfPage {
  /** Lines from the top; a number moves down so many points more. An object is drawn elsewhere, or larger. */
  readonly lines?: readonly (
    string | number | { readonly text: string; readonly size?: number; readonly left?: number }
  )[];
  /** A picture over the whole page. */
  readonly picture?: boolean;
}

export interface PdfOptions {
  readonly title?: string;
  /** Of the first page labels: `r` lower Roman, `D` decimal; each counts from 1 on the page with the index. */
  readonly labels?: readonly { readonly page: number; readonly style: 'r' | 'D' }[];
  readonly bookmarks?: readonly { readonly title: string; readonly page: number }[];
  /** Refuses to open without a password. */
  readonly encrypted?: boolean;
  /** Where the table of objects is said to begin instead of where it does. */
  readonly xrefAt?: number;
  /** Of pages: the first is there again and again. */
  readonly count?: number;
}

/** Bytes as Latin-1 characters. */
export function pdfOf(pages: readonly PdfPage[], options: PdfOptions = {}): Uint8Array<ArrayBuffer> {
  const objects: string[] = [];
  const add = (body: string): number => objects.push(body);
  const stream = (dictionary: string, data: string) =>
    `<< ${dictionary} /Length ${data.length} >>\nstream\n${data}\nendstream`;
  const { title, labels, bookmarks = [], encrypted, xrefAt, count = pages.length } = options;

  const catalog = add('');
  const tree = add('');
  const roman = add('<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>');
  const toUnicode = add(stream('', unicodeMap));
  const descendant = add(
    '<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Any /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /DW 1000 /FontDescriptor << /Type /FontDescriptor /FontName /Any /Flags 4 >> >>',
  );
  const wide = add(
    `<< /Type /Font /Subtype /Type0 /BaseFont /Any /Encoding /Identity-H /DescendantFonts [${descendant} 0 R] /ToUnicode ${toUnicode} 0 R >>`,
  );
  const picture = add(
    stream(
      '/Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8',
      'x',
    ),
  );
  const kids = pages.map((page) => {
    const content = add(stream('', contentOf(page)));
    const resources = `<< /Font << /F1 ${roman} 0 R /F2 ${wide} 0 R >> /XObject << /Im ${picture} 0 R >> >>`;
    return add(
      `<< /Type /Page /Parent ${tree} 0 R /MediaBox [0 0 612 792] /Contents ${content} 0 R /Resources ${resources} >>`,
    );
  });
  const listed = Array.from({ length: count }, (_, i) => kids[i] ?? kids[0] ?? 0);
  objects[tree - 1] =
    `<< /Type /Pages /Count ${count} /Kids [${listed.map((kid) => `${kid} 0 R`).join(' ')}] >>`;
  const root = objects.length + 1;
  if (bookmarks.length > 0) {
    add(
      `<< /Type /Outlines /First ${root + 1} 0 R /Last ${root + bookmarks.length} 0 R /Count ${bookmarks.length} >>`,
    );
    for (const [i, bookmark] of bookmarks.entries()) {
      const next = i + 1 < bookmarks.length ? `/Next ${root + 2 + i} 0 R` : '';
      add(
        `<< /Title ${hexOf(bookmark.title)} /Parent ${root} 0 R /Dest [${kids[bookmark.page] ?? 0} 0 R /Fit] ${next} >>`,
      );
    }
  }
  const numbers = (labels ?? []).map(({ page, style }) => `${page} << /S /${style} >>`).join(' ');
  objects[catalog - 1] =
    `<< /Type /Catalog /Pages ${tree} 0 R ${bookmarks.length > 0 ? `/Outlines ${root} 0 R` : ''} ` +
    `${labels ? `/PageLabels << /Nums [${numbers}] >>` : ''} >>`;
  const info = title === undefined ? undefined : add(`<< /Title ${hexOf(title)} >>`);
  const secret = '<28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a>';
  const lock = encrypted
    ? add(`<< /Filter /Standard /V 1 /R 2 /O ${secret} /U ${secret} /P -4 >>`)
    : undefined;

  let file = '%PDF-1.7\n%\xe2\xe3\xcf\xd3\n';
  const offsets = objects.map((body, i) => {
    const at = file.length;
    file += `${i + 1} 0 obj\n${body}\nendobj\n`;
    return at;
  });
  const start = file.length;
  file += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n`;
  file += offsets.map((at) => `${String(at).padStart(10, '0')} 00000 n \n`).join('');
  file += `trailer\n<< /Size ${objects.length + 1} /Root ${catalog} 0 R ${info === undefined ? '' : `/Info ${info} 0 R`} `;
  file += `${lock === undefined ? '' : `/Encrypt ${lock} 0 R /ID [<00> <00>]`} >>\nstartxref\n${xrefAt ?? start}\n%%EOF\n`;
  return Uint8Array.from(file, (char) => char.charCodeAt(0));
}

const leading = 14;

function contentOf({ lines = [], picture }: PdfPage): string {
  let bottom = 720;
  const parts: string[] = picture ? ['q 612 0 0 792 0 0 cm /Im Do Q'] : [];
  for (const line of lines) {
    if (typeof line === 'number') {
      bottom -= line;
      continue;
    }
    const { text, size = 11, left = 72 } = typeof line === 'string' ? { text: line } : line;
    const isRoman = /^[\x20-\xff]*$/.test(text);
    const drawn = isRoman ? `(${text.replace(/[\\()]/g, '\\$&')})` : hexOf(text, '');
    parts.push(`BT /${isRoman ? 'F1' : 'F2'} ${size} Tf 1 0 0 1 ${left} ${bottom} Tm ${drawn} Tj ET`);
    bottom -= leading;
  }
  return parts.join('\n');
}

/** UTF-16, which is what the wide font's codes are. */
function hexOf(text: string, mark = 'feff'): string {
  return `<${mark}${text
    .split('')
    .map((char) => char.charCodeAt(0).toString(16).padStart(4, '0'))
    .join('')}>`;
}

const unicodeMap =
  '/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /U def /CMapType 2 def\n' +
  '1 begincodespacerange <0000> <ffff> endcodespacerange\n' +
  `256 beginbfrange\n${Array.from({ length: 256 }, (_, high) => {
    const byte = high.toString(16).padStart(2, '0');
    return `<${byte}00> <${byte}ff> <${byte}00>`;
  }).join('\n')}\nendbfrange endcmap end end`;
