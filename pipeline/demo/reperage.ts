/** Which quarter holds a place: a coarse grid of bounding boxes, then the even-odd rule. */
import { dansAnneau } from './anneaux.ts';
import type { Qpv } from './quartiers.ts';

const MAILLE = 2000;

/** @returns lookup over the quarters of one territory, in plane metres */
export function annuaireQpv(qpv: readonly Qpv[]): (x: number, y: number) => Qpv | undefined {
  const cases = new Map<string, Qpv[]>();
  for (const q of qpv) {
    const [x0, y0, x1, y1] = q.boite;
    for (let i = Math.floor(x0 / MAILLE); i <= Math.floor(x1 / MAILLE); i += 1)
      for (let j = Math.floor(y0 / MAILLE); j <= Math.floor(y1 / MAILLE); j += 1) {
        const cle = `${i},${j}`;
        const liste = cases.get(cle);
        if (liste) liste.push(q);
        else cases.set(cle, [q]);
      }
  }
  return (x, y) => {
    for (const q of cases.get(`${Math.floor(x / MAILLE)},${Math.floor(y / MAILLE)}`) ?? []) {
      const [x0, y0, x1, y1] = q.boite;
      if (x >= x0 && x <= x1 && y >= y0 && y <= y1 && dansAnneau(q.anneau, x, y)) return q;
    }
    return undefined;
  };
}
