/** Frames of the national map: far territories get their own (anchors.md B.1, DROM insets). */
import type { Zone } from '../../data/contract/zone.ts';
import type { Release } from '../../data/contract/release.ts';

type Bbox = [number, number, number, number];
const union = (a: Bbox, b: Bbox): Bbox => [
  Math.min(a[0], b[0]),
  Math.min(a[1], b[1]),
  Math.max(a[2], b[2]),
  Math.max(a[3], b[3]),
];
/** Regions closer than this, in degrees, share a frame. */
const PROCHE = 3;

/** Group régions whose boxes are near each other; the frame with most régions is the main one. */
export function cadresDe(regions: readonly Zone[], pays: string): Release['cadres'] {
  const groupes: { regions: Zone[]; bbox: Bbox }[] = [];
  for (const r of regions) {
    if (r.bbox === undefined) continue;
    let nouveau = { regions: [r], bbox: r.bbox };
    for (let i = groupes.length - 1; i >= 0; i--) {
      const g = groupes[i] as (typeof groupes)[number];
      const [a, b] = [g.bbox, nouveau.bbox];
      const proche =
        a[0] - PROCHE <= b[2] && b[0] - PROCHE <= a[2] && a[1] - PROCHE <= b[3] && b[1] - PROCHE <= a[3];
      if (!proche) continue;
      nouveau = { regions: [...g.regions, ...nouveau.regions], bbox: union(a, b) };
      groupes.splice(i, 1);
    }
    groupes.push(nouveau);
  }
  return groupes
    .sort(
      (a, b) =>
        b.regions.length - a.regions.length ||
        ((a.regions[0] as Zone).code < (b.regions[0] as Zone).code ? -1 : 1),
    )
    .map((g, i) => ({
      id: i === 0 ? 'principal' : g.regions.map((r) => r.code).join('-'),
      nom: i === 0 ? pays : g.regions.map((r) => r.nom).join(', '),
      regions: g.regions.map((r) => r.code).sort(),
      bbox: g.bbox,
    }));
}
