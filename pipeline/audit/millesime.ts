/**
 * Everything the audit asks of one millésime: each published cell against the primary rule and the true counts, then
 * what the published cells together let a reader compute.
 */
import { VARIABLES, indicateursDe } from '../../data/catalogue/indicators/index.ts';
import { REGLES } from '../../data/catalogue/secret.ts';
import { classeBase, cle } from '../../data/contract/cell.ts';
import type { Variable } from '../../data/contract/indicateur.ts';
import { ECHELLES_FINES, type Population } from '../../data/contract/zone.ts';
import type { Constats } from './constats.ts';
import { construireGeographie, sommer, type Geographie } from './geographie.ts';
import { VU, vu, type Publication } from './publication.ts';
import type { Atomes, Reference } from './reference.ts';
import { refus, modalitesDe } from './regles.ts';

/** True counts of one variable over the classes of zones. */
export interface Mesures {
  readonly n: Float64Array;
  readonly r: Float64Array;
  readonly u: Float64Array;
  readonly x: ReadonlyMap<string, Float64Array>;
}

/** One variable × population: what is shown of each class, and its true counts. */
export interface Couche {
  readonly variable: Variable;
  readonly population: Population;
  readonly mesures: Mesures;
  /** Per class: 1 = a reader knows it (published, or an absence that says 0). */
  readonly connue: Uint8Array;
  /** Per class: 1 = at least one of its names is marked `s`. */
  readonly masquee: Uint8Array;
}

export interface Compteur {
  publiees: number;
  masquees: number;
  absentes: number;
}

export interface Vue {
  readonly millesime: number;
  readonly geo: Geographie;
  readonly atomes: Atomes;
  readonly couches: readonly Couche[];
}

const codeFrance = (p: Publication) => p.feuilles.get('france')?.codes[0] ?? 'FR';

/** Dwellings of the residence of each zone of an échelle (the smallest when there are several; P4). */
function logementsParZone(
  geo: Geographie,
  atomes: Atomes,
  residences: ReadonlyMap<string, number>,
  logements: Float64Array,
) {
  const parAtome = new Float64Array(atomes.nombre).fill(Number.NaN);
  const r = atomes.echelles.find((e) => e.echelle === 'residence');
  r?.zone.forEach((z, a) => {
    if (z >= 0) parAtome[a] = residences.get(r.codes[z]!.split('|', 1)[0]!) ?? 0;
  });
  const { debut, cellule } = geo.membres;
  return Float64Array.from({ length: geo.classes }, (_, c) => {
    let min = Infinity;
    for (let k = debut[c]!; k < debut[c + 1]!; k++) {
      const l = parAtome[cellule[k]!]!;
      if (!Number.isNaN(l) && l < min) min = l;
    }
    return min === Infinity ? logements[c]! : min;
  });
}

/**
 * Compare the publication of one millésime with the reference, cell by cell.
 * @param compte adds to the public counts by échelle × variable × population
 */
export async function lireMillesime(
  millesime: number,
  reference: Reference,
  publication: Publication,
  constats: Constats,
  compte: (echelle: string, variable: string, population: Population) => Compteur,
): Promise<Vue> {
  const atomes = await reference.atomes(millesime);
  const geo = construireGeographie(atomes, codeFrance(publication));
  const [log, occ] = await reference.mesures(millesime, ['logements', 'occupes']);
  const zero = new Float64Array(geo.classes);
  const occupes = occ ? sommer(geo, occ) : zero;
  const logements = logementsParZone(
    geo,
    atomes,
    await reference.residences(millesime),
    log ? sommer(geo, log) : zero,
  );
  const couches: Couche[] = [];
  const toutes = new Map<string, Mesures>();
  for (const v of VARIABLES)
    for (const population of v.populations) {
      const ids = indicateursDe(v.id).map((i) => i.id);
      const cols = await reference.mesures(millesime, [
        ...(['n', 'r', 'u'] as const).map((m) => `${m}.${v.id}.${population}`),
        ...ids.map((i) => `x.${i}.${population}`),
      ]);
      if (cols.some((c) => c === null)) continue;
      const [n, r, u, ...x] = cols.map((c) => sommer(geo, c!)) as [
        Float64Array,
        Float64Array,
        Float64Array,
        ...Float64Array[],
      ];
      const mesures: Mesures = { n, r, u, x: new Map(ids.map((id, k) => [id, x[k]!])) };
      toutes.set(`${v.id}.${population}`, mesures);
      const numerateur = (c: number) => (id: string) =>
        mesures.x.get(id)?.[c] ?? toutes.get(`${v.avec}.${population}`)?.x.get(id)?.[c] ?? Number.NaN;
      const connue = new Uint8Array(geo.classes);
      const masquee = new Uint8Array(geo.classes);
      for (const niveau of geo.niveaux) {
        const feuille = publication.feuilles.get(niveau.echelle);
        if (!feuille) continue;
        const t = { population, secteur: niveau.secteur, millesime };
        const colonne = feuille.colonnes.get(cle(v.id, t));
        const colonnes = ids.map((i) => feuille.colonnes.get(cle(i, t)));
        if (!colonne && !colonnes.some(Boolean)) continue;
        const compteur = compte(niveau.echelle, v.id, population);
        niveau.codes.forEach((code, z) => {
          const rang = feuille.rang.get(code);
          const c = niveau.classe[z]!;
          if (rang === undefined || c < 0) return;
          const brut = colonne?.[rang];
          const valeurs = colonnes.map((k) => k?.[rang]);
          const etat = vu(brut, valeurs);
          const lieu = `${niveau.echelle}:${code} ${cle(v.id, t)}`;
          if (etat === VU.valeur) {
            compteur.publiees++;
            connue[c] = 1;
            const motif = refus(v, niveau.echelle, {
              n: n[c]!,
              r: r[c]!,
              u: u[c]!,
              occupes: population === 'ENS' ? occupes[c]! : 0,
              logements: logements[c]!,
              x: numerateur(c),
            });
            if (motif !== null) constats.violation('regle', lieu, motif);
            verifierValeurs(
              v,
              ids,
              ECHELLES_FINES.includes(niveau.echelle),
              brut,
              valeurs,
              mesures,
              c,
              lieu,
              constats,
            );
          } else if (etat === VU.secret) {
            compteur.masquees++;
            masquee[c] = 1;
          } else if (etat === VU.absent) {
            compteur.absentes++;
            // Open register: nothing known about the item is said as it is; elsewhere `nd` would tell why it is hidden.
            if (n[c] === 0 || (v.famille === 'logements_ouvert' && r[c] === 0)) connue[c] = 1;
            else constats.violation('statut', lieu, `marque ${String(brut)} pour ${n[c]} unités`);
          } else if (etat === VU.vide && n[c] === 0) connue[c] = 1;
          else if (etat === VU.vide) constats.violation('statut', lieu, `rien pour ${n[c]} unités`);
        });
      }
      couches.push({ variable: v, population, mesures, connue, masquee });
    }
  verifierDistributions(couches, geo, constats);
  return { millesime, geo, atomes, couches };
}

/** Emitted figures against true ones; below the commune, classes and whole percentages only. */
function verifierValeurs(
  v: Variable,
  ids: readonly string[],
  fine: boolean,
  brut: unknown,
  valeurs: readonly unknown[],
  m: Mesures,
  c: number,
  lieu: string,
  constats: Constats,
): void {
  const confidentielle = v.famille !== 'logements_ouvert';
  const bases = [m.n[c]!, m.r[c]!, m.u[c]!];
  if (typeof brut === 'number') {
    if (fine && confidentielle) constats.violation('precision', lieu, 'base exacte sous la commune');
    if (!bases.includes(brut))
      constats.violation('valeur', lieu, `base ${brut}, attendu ${bases.join(' ou ')}`);
  } else if (typeof brut === 'string' && brut !== 's' && brut !== 'nd' && brut !== 'so') {
    if (!bases.some((b) => b >= REGLES.seuil && classeBase(b) === brut))
      constats.violation('valeur', lieu, `classe ${brut}, attendu celle de ${bases.join(' ou ')}`);
  } else constats.violation('statut', lieu, `valeur diffusée sous la marque ${String(brut ?? 'vide')}`);
  const catalogue = indicateursDe(v.id);
  valeurs.forEach((valeur, k) => {
    if (typeof valeur !== 'number') return;
    const i = catalogue[k]!;
    const x = m.x.get(ids[k]!)![c]!;
    const u = m.u[c]!;
    const pas = 10 ** i.decimales;
    const vraie = i.calcul === 'nombre' ? x : (x / u) * (i.calcul === 'part' ? 100 : 1);
    // One unit of the last figure shown: 99,96 % is written 99,9 (domain.md §5, ambiguity 6). Below the commune,
    // percentages are whole and means lose one decimal.
    const dernier = fine ? (i.calcul === 'part' ? 1 : Math.min(1, 10 / pas)) : 1 / pas;
    const tolerance = i.calcul === 'nombre' ? 0 : dernier;
    if (!(Math.abs(valeur / pas - vraie) <= tolerance + 1e-9))
      constats.violation('valeur', lieu, `${i.id} = ${valeur / pas}, attendu ${vraie}`);
    if (fine && confidentielle && (i.calcul === 'nombre' || (i.calcul === 'part' && valeur % pas !== 0)))
      constats.violation('precision', lieu, `${i.id} trop précis sous la commune`);
  });
}

/** A distribution is shown whole: where it is published, the variable that completes it is published too. */
function verifierDistributions(couches: readonly Couche[], geo: Geographie, constats: Constats): void {
  for (const couche of couches) {
    const { avec } = couche.variable;
    if (avec === undefined || modalitesDe(couche.variable).length === 0) continue;
    const autre = couches.find((c) => c.variable.id === avec && c.population === couche.population);
    for (let c = 0; c < geo.classes; c++)
      if (couche.connue[c] && couche.mesures.r[c]! > 0 && !autre?.connue[c])
        constats.violation('regle', `classe ${c}`, `${couche.variable.id} publiée sans ${avec}`);
  }
}
