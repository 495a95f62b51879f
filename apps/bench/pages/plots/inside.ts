// Whether a drawing lies in its picture: what is outside of an SVG's edges is cut without a word.

/** Rounding of the layout, CSS pixels. */
const slack = 0.5;

/** Throws an Error that names the first mark or label outside of `svg`, which must be in the page. */
export function demandInside(svg: SVGSVGElement): void {
  const picture = svg.getBoundingClientRect();
  for (const element of svg.querySelectorAll('text, rect, circle, line, path')) {
    const box = element.getBoundingClientRect();
    const isInside =
      box.left >= picture.left - slack &&
      box.right <= picture.right + slack &&
      box.top >= picture.top - slack &&
      box.bottom <= picture.bottom + slack;
    if (isInside) continue;
    const what = `${element.tagName} '${element.textContent}' of ${element.parentElement?.getAttribute('aria-label') ?? 'the plot'}`;
    const at = [
      box.left - picture.left,
      box.right - picture.left,
      box.top - picture.top,
      box.bottom - picture.top,
    ];
    throw new Error(
      `A plot is cut: ${what} spans ${at.map((value) => value.toFixed(0)).join(', ')} (left, right, top, bottom) of ${picture.width} x ${picture.height}.`,
    );
  }
}
