/**
 * What the public tables let anybody compute of the cells under P7. The public sees wide zones only, so the system is small:
 * atoms that none of these zones tells apart are added up first. A cell under P7 may not be determined by the shown ones,
 * nor shown under another name, nor have a numerator that bounds reduce to one value (other than 0, as elsewhere).
 * Distributions need no system of their own: where one is shown, the variable that it completes is shown (millesime.ts).
 */
import { VARIABLES, indicateursDe } from '../../data/catalogue/indicators/index.ts';
import { REGLES } from '../../data/catalogue/secret.ts';
import { cle } from '../../data/contract/cell.ts';
import { ECHELLES_FINES, type Echelle, type Population } from '../../data/contract/zone.ts';
import type { Constats } from './constats.ts';
import { construireGeographie, sommer, type Geographie } from './geographie.ts';
import type { Couche, Vue } from './millesime.ts';
import { intervalles, tramer } from './noyau/noyau.ts';
import { VU, vu, type Publication } from './publication.ts';
import type { Atomes } from './reference.ts';
import { construireCharpente, nomDe, systemeDe } from './systemes.ts';

/** Largest landlord's share in per mille, by `echelle:code/secteur`. */
export type Parts = ReadonlyMap<string, number>;
export const depasse = (parts: Parts, echelle: string, code: string, secteur: string): boolean =>
  (parts.get(`${echelle}:${code}/${secteur}`) ?? 0) > 10 * REGLES.dominance;

/** Variables to which P7 applies. */
export const SOUS_P7 = VARIABLES.filter((v) => v.famille === 'menages');

/** Atoms of the public échelles, and for each atom of the reference the one it goes to. */
function reduits(atomes: Atomes, publique: Publication): { large: Atomes; vers: Int32Array } {
  const montre = (e: Echelle) =>
    [...(publique.feuilles.get(e)?.colonnes.keys() ?? [])].some((k) =>
      SOUS_P7.some((v) => k.startsWith(`${v.id}.`)),
    );
  const echelles = atomes.echelles.filter(
    ({ echelle }) => !ECHELLES_FINES.includes(echelle) && montre(echelle),
  );
  const rang = new Map<string, number>();
  const premier: number[] = [];
  const vers = Int32Array.from({ length: atomes.nombre }, (_, a) => {
    const k = `${echelles.map((e) => e.zone[a]).join()}/${atomes.secteur[a]}`;
    let r = rang.get(k);
    if (r === undefined) {
      rang.set(k, (r = premier.length));
      premier.push(a);
    }
    return r;
  });
  const large: Atomes = {
    nombre: premier.length,
    secteur: premier.map((a) => atomes.secteur[a]!),
    echelles: echelles.map((e) => ({ ...e, zone: Int32Array.from(premier, (a) => e.zone[a]!) })),
  };
  return { large, vers };
}

/** What the public knows and must not know of one variable and population, per class of the small geography. */
interface Regard {
  readonly n: Float64Array;
  readonly u: Float64Array;
  readonly x: ReadonlyMap<string, Float64Array>;
  readonly connue: Uint8Array;
  readonly protege: Uint8Array;
}

function regard(
  couche: Couche,
  millesime: number,
  geo: Geographie,
  somme: (m: Float64Array) => Float64Array,
  publique: Publication,
  parts: Parts,
): Regard {
  const { variable: v, population } = couche;
  const [n, u] = [somme(couche.mesures.n), somme(couche.mesures.u)];
  const connue = new Uint8Array(geo.classes);
  const protege = new Uint8Array(geo.classes);
  for (const niveau of geo.niveaux) {
    const feuille = publique.feuilles.get(niveau.echelle);
    const t = { population, secteur: niveau.secteur, millesime };
    niveau.codes.forEach((code, z) => {
      const c = niveau.classe[z]!;
      const rang = feuille?.rang.get(code);
      if (c < 0 || rang === undefined) return;
      const lit = (id: string) => feuille?.colonnes.lire(cle(id, t), rang);
      const etat = vu(
        lit(v.id),
        indicateursDe(v.id).map((i) => lit(i.id)),
      );
      if (etat === VU.valeur || ((etat === VU.absent || etat === VU.vide) && n[c] === 0)) connue[c] = 1;
      if (u[c]! > 0 && depasse(parts, niveau.echelle, code, niveau.secteur)) protege[c] = 1;
    });
  }
  const x = new Map(
    indicateursDe(v.id)
      .filter((i) => i.calcul !== 'nombre')
      .map((i) => [i.id, somme(couche.mesures.x.get(i.id)!)]),
  );
  return { n, u, x, connue, protege };
}

/** Judge every variable of households of one millésime. */
export function auditerDominance(vue: Vue, parts: Parts, publique: Publication, constats: Constats): void {
  const { large, vers } = reduits(vue.atomes, publique);
  const geo = construireGeographie(large, publique.feuilles.get('france')?.codes[0] ?? 'FR');
  const somme = (m: Float64Array) => {
    // The first classes of the reference are its atoms.
    const s = new Float64Array(large.nombre);
    vers.forEach((r, a) => (s[r]! += m[a]!));
    return sommer(geo, s);
  };
  for (const v of SOUS_P7) {
    const de = (p: Population) => {
      const couche = vue.couches.find((c) => c.variable.id === v.id && c.population === p);
      return couche === undefined ? null : regard(couche, vue.millesime, geo, somme, publique, parts);
    };
    const [ens, er] = [de('ENS'), de('ER')];
    if (ens !== null && (ens.protege.includes(1) || er?.protege.includes(1)))
      auditerVariable(v.id, vue.millesime, geo, ens, er, constats);
  }
}

function auditerVariable(
  id: string,
  millesime: number,
  geo: Geographie,
  ens: Regard,
  er: Regard | null,
  constats: Constats,
): void {
  const ch = construireCharpente(geo, er !== null);
  const k = geo.classes;
  /** ENS, then ER, then what is left: never shown, never under P7. */
  const etale = (a: ArrayLike<number>, b: ArrayLike<number> | undefined) =>
    Float64Array.from({ length: ch.n }, (_, c) =>
      c < k ? a[c]! : c < 2 * k ? (b?.[c - k] ?? 0) : a[c - 2 * k]! - (b?.[c - 2 * k] ?? 0),
    );
  const drapeaux = (a: Uint8Array, b: Uint8Array | undefined) => {
    const d = new Uint8Array(ch.n);
    d.set(a);
    if (b) d.set(b, k);
    return d;
  };
  const connue = drapeaux(ens.connue, er?.connue);
  const protege = drapeaux(ens.protege, er?.protege);
  const u = etale(ens.u, er?.u);
  const s = systemeDe(ch, u, u, connue, protege);
  const trame = tramer(s);
  const noms = nomDe(ch);
  const lieu = `${millesime} ${id}`;
  connue.forEach((sue, c) => {
    if (sue && protege[c]) constats.violation('dominance', lieu, `${noms(c)} montrée sous un autre nom`);
  });
  const { cellule } = trame.reduit;
  cellule.forEach((c, q) => {
    if (protege[c] && trame.exacte[q]) constats.violation('dominance', lieu, `${noms(c)} calculable`);
  });
  const montre = (m: Float64Array) => ({
    relations: s.relations,
    valeur: m.map((y, c) => (connue[c] ? y : Number.NaN)),
  });
  const bu = intervalles(montre(u), trame);
  for (const [i, vrais] of ens.x) {
    const part = indicateursDe(id).find((y) => y.id === i)!.calcul === 'part';
    const x = etale(vrais, er?.x.get(i));
    const bx = intervalles(montre(x), trame, true, part ? bu.haut : undefined);
    const by = part ? intervalles(montre(x.map((y, c) => u[c]! - y)), trame, true, bu.haut) : null;
    cellule.forEach((c, q) => {
      if (!protege[c] || trame.exacte[q] || x[c] === 0) return;
      const bas = Math.max(bx.bas[q]!, by ? bu.bas[q]! - by.haut[q]! : 0);
      const haut = Math.min(bx.haut[q]!, by ? bu.haut[q]! - by.bas[q]! : Infinity);
      if (haut - bas < 1e-6) constats.violation('dominance', lieu, `${i} de ${noms(c)} fixé par des bornes`);
    });
  }
}
