declare module 'polylabel' {
  /** Pole of inaccessibility of a polygon: [x, y], with the distance to the nearest edge. */
  export default function polylabel(
    polygon: [number, number][][],
    precision?: number,
  ): [number, number] & { distance: number };
}
