/**
 * The sheet as a model: one map, its legend, its figures, its table and its mentions. Pure: the same in the browser
 * and in Node. Writers (svgSheet.ts, pdf.ts) draw it and decide nothing.
 */
import { LIBELLES_ECHELLE, LIBELLES_SECTEUR } from '../../data/catalogue/echelles.ts';
import { indicateur as trouve, variable } from '../../data/catalogue/indicators/index.ts';
import { cle, type Cell } from '../../data/contract/cell.ts';
import { UserError } from '../../data/contract/erreur.ts';
import type { Indicateur } from '../../data/contract/indicateur.ts';
import type { Classes } from '../../data/contract/release.ts';
import { ECHELLES, type Echelle, type Tranche } from '../../data/contract/zone.ts';
import { classer, type Methode } from '../carto/classes.ts';
import { de, INSECABLE, nombre, texteBase, texteCellule, texteValeur, typographie } from '../carto/format.ts';
import type { Bbox } from '../carto/projection.ts';
import { construireLegende, RAYONS_BASE, type Legende } from '../carto/legende.ts';
import { cellules, dans, type DonneesFeuille, type ZoneValeur } from './donnees.ts';
import {
  calculeMentions,
  nomMillesime,
  nomPopulation,
  type Edition,
  type MentionsFeuille,
} from './mentions.ts';
import { tableau, type TableauFeuille } from './sheetTable.ts';
import {
  agrandissement,
  dessin,
  echelleRayon,
  maximum,
  PONCTUELLES,
  quartiers,
  RAYON_MAX,
  RAYON_MAX_POINT,
  type DessinFeuille,
} from './sheetMap.ts';

export interface OptionsFeuille {
  readonly donnees: DonneesFeuille;
  readonly indicateur: string;
  /** Échelle of the zones drawn. */
  readonly echelle: Echelle;
  readonly tranche: Tranche;
  readonly edition: Edition;
  /** Reclass on the zones of the sheet instead of the frozen classes of the release. */
  readonly methode?: Methode | undefined;
  readonly k?: number | undefined;
  readonly bornes?: readonly number[] | undefined;
}

export interface Feuille {
  readonly titre: string;
  readonly territoire: string;
  readonly sousTitre: string;
  readonly carte: DessinFeuille;
  /** Window on the town where zones crowd, drawn beside the map. */
  readonly agrandissement: { readonly nom: string; readonly emprise: Bbox } | undefined;
  readonly legende: Legende;
  /** "communes": what the counts of the legend count. */
  readonly unitesCarte: string;
  /** Circles by class of base (points) or by value (counts). */
  readonly cercles:
    { readonly titre: string; readonly entrees: readonly { libelle: string; rayon: number }[] } | undefined;
  /** Choropleth or circles of a count: the latter has no class swatch. */
  readonly genre: 'aplats' | 'points' | 'effectifs';
  /** Zones are points: statuts have point marks. */
  readonly ponctuelle: boolean;
  readonly chiffre: { readonly valeur: string; readonly legende: string } | undefined;
  readonly reperes: readonly { readonly nom: string; readonly valeur: string }[];
  readonly tableau: TableauFeuille;
  readonly mentions: MentionsFeuille;
  readonly edition: Edition;
  /** QPV outlines are drawn and need their line in the legend. */
  readonly perimetres: boolean;
  /** Ends of the histogram, as text. */
  readonly bornesAxe: { readonly min: string; readonly max: string };
  /** Length and width of the territory on the ground, to choose the page. */
  readonly allonge: boolean;
  /** Stem of a file name: "ops_res_lt20_epci-200000000_commune_2022". */
  readonly fichier: string;
}

/** Build a sheet. Refuses, in French, what is not published at this échelle rather than draw an empty map. */
export function construireFeuille(o: OptionsFeuille): Feuille {
  const { donnees: d, echelle, tranche } = o;
  const i = trouve(o.indicateur);
  const valeurs = cellules(d.tables, i, tranche, (z) => z.echelle === echelle && dans(z, d.territoire));
  const noms = LIBELLES_ECHELLE[echelle];
  if (valeurs.length === 0) {
    const possibles = echellesPossibles(d, i.id, tranche);
    throw new UserError(
      `« ${i.libelle} » n’est pas publié par ${noms.un} pour ${d.territoire.nom} (${nomMillesime(d.mentions, i, tranche.millesime)}).`,
      {
        hint:
          possibles.length > 0
            ? `Échelles publiées ici : ${possibles.join(', ')}.`
            : 'Choisissez une autre échelle, un autre millésime, ou l’audience « territoire ».',
      },
    );
  }
  const classes = classesDe(o, i, valeurs);
  const effectifs = i.calcul === 'nombre';
  const points = PONCTUELLES.includes(echelle);
  const legende = construireLegende({
    indicateur: i,
    classes,
    cellules: valeurs.map((v) => v.cell),
    echelle,
    secret: d.mentions.secret,
  });
  const compte = (s: Cell['statut']) => valeurs.filter((v) => v.cell.statut === s).length;
  const [total] = cellules(
    d.tables,
    i,
    tranche,
    (z) => z.echelle === d.territoire.echelle && z.code === d.territoire.code,
  );
  const carte = dessin(o, i, valeurs, classes, effectifs);
  const figees =
    o.methode === undefined && o.bornes === undefined && d.classes[echelle]?.[cle(i.id, tranche)];
  return {
    titre: typographie(i.libelle),
    territoire: d.territoire.nom,
    sousTitre: sousTitre(d, i, tranche, echelle),
    carte,
    agrandissement: agrandissement(d, echelle, valeurs),
    legende,
    unitesCarte: noms.plusieurs,
    cercles: effectifs
      ? cerclesEffectifs(i, maximum(valeurs), points ? RAYON_MAX_POINT : RAYON_MAX)
      : points
        ? {
            titre: `Taille\u202f: ${variable(i.variable).unites}`,
            entrees: RAYONS_BASE.map(({ base, rayon }) => ({
              libelle: base.replace('+', `${INSECABLE}et +`),
              rayon: rayon * echelleRayon(valeurs.length),
            })),
          }
        : undefined,
    genre: effectifs ? 'effectifs' : points ? 'points' : 'aplats',
    ponctuelle: points,
    chiffre: total && {
      valeur: texteCellule(total.cell, i, total.zone.echelle),
      legende: legendeChiffre(total, i),
    },
    reperes: d.reperes.flatMap((r) => {
      const [v] = cellules(d.tables, i, tranche, (z) => z.echelle === r.echelle && z.code === r.code);
      // A country of one EPCI: the wider territory is the same people, not a comparison.
      const meme =
        total?.cell.statut === 'valeur' && v?.cell.statut === 'valeur' && v.cell.base === total.cell.base;
      return v && v.cell.statut === 'valeur' && i.calcul !== 'nombre' && !meme
        ? [{ nom: r.nom, valeur: texteCellule(v.cell, i, r.echelle) }]
        : [];
    }),
    tableau: tableau(d, valeurs, i, echelle),
    mentions: calculeMentions({
      mentions: d.mentions,
      audience: d.audience,
      edition: o.edition,
      identifiant: d.edition,
      indicateur: i,
      tranche,
      echelle,
      zones: valeurs.length,
      secretes: compte('s'),
      sansObjet: compte('so'),
      nonDisponibles: compte('nd'),
      effectif:
        total?.cell.statut === 'valeur' ? texteBase(total.cell.base, variable(i.variable).unites) : undefined,
      reponse: tauxReponse(d, i, tranche),
      discretisation: effectifs
        ? 'cercles de surface proportionnelle à l’effectif.'
        : `${legende.methode.replace(/^[^:]*: /, '').slice(0, -1)}${classes.methode === 'politique' || classes.methode === 'manuelle' ? '' : figees ? `, figées pour l’ensemble des ${noms.plusieurs} de la livraison` : ', calculées sur les zones de la carte'}.`,
      projection: d.territoire.echelle === 'france' ? PROJECTION_PAYS : PROJECTION_LOCALE,
    }),
    edition: o.edition,
    perimetres: quartiers(d, echelle).length > 0,
    bornesAxe: {
      min: texteValeur(legende.histogramme.min, i, echelle),
      max: texteValeur(legende.histogramme.max, i, echelle),
    },
    allonge: estAllonge(valeurs, d.territoire.echelle === 'france' ? d.cadres[0]?.bbox : undefined),
    fichier: `${i.id}_${d.territoire.echelle}-${d.territoire.code}_${echelle}_${tranche.population}_${tranche.secteur}_${tranche.millesime}`,
  };
}

const PROJECTION_PAYS =
  'Lambert-93 (conique conforme 44°–49°) ; cartons en projection locale, à leur propre échelle';
const PROJECTION_LOCALE = 'azimutale équivalente centrée sur le territoire';

/** Échelles published for this indicateur inside the territory, widest first. */
export function echellesPossibles(d: DonneesFeuille, id: string, tranche: Tranche): Echelle[] {
  const i = trouve(id);
  return ECHELLES.filter(
    (e) => cellules(d.tables, i, tranche, (z) => z.echelle === e && dans(z, d.territoire)).length > 0,
  );
}

function classesDe(o: OptionsFeuille, i: Indicateur, valeurs: readonly ZoneValeur[]): Classes {
  const publiees = valeurs.flatMap(({ cell }) => (cell.statut === 'valeur' ? [cell.valeur] : []));
  if (o.bornes) return classer(publiees, 'manuelle', { bornes: o.bornes });
  if (o.methode === 'politique' && !i.bornes)
    throw new UserError(`« ${i.libelle} » n’a pas de seuils de politique publique.`, {
      hint: 'Choisissez quantiles, jenks, egales ou ecart-type.',
      code: 2,
    });
  const figees = o.donnees.classes[o.echelle]?.[cle(i.id, o.tranche)];
  if (o.methode === undefined && figees) return figees;
  const methode = o.methode ?? (i.bornes ? 'politique' : 'quantiles');
  return classer(publiees, methode, {
    k: o.k ?? 5,
    decimales: i.decimales,
    ...(i.bornes ? { bornes: i.bornes } : {}),
  });
}

function sousTitre(d: DonneesFeuille, i: Indicateur, t: Tranche, echelle: Echelle): string {
  const { unites } = variable(i.variable);
  const mesure =
    i.calcul === 'part'
      ? `En % des ${unites}`
      : i.calcul === 'moyenne'
        ? `En ${i.unite}`
        : `Nombre ${de(unites)}`;
  return typographie(
    [
      mesure,
      nomPopulation(i, t),
      LIBELLES_SECTEUR[t.secteur],
      nomMillesime(d.mentions, i, t.millesime),
      `par ${LIBELLES_ECHELLE[echelle].un}`,
    ].join(' · '),
  );
}

function legendeChiffre({ zone, cell }: ZoneValeur, i: Indicateur): string {
  if (cell.statut !== 'valeur' || i.calcul === 'nombre') return zone.nom;
  return `${zone.nom}, ${texteBase(cell.base, variable(i.variable).unites)}`;
}

/** Response rate of the survey over the territory, where it is published. */
function tauxReponse(d: DonneesFeuille, i: Indicateur, t: Tranche): string | undefined {
  if (variable(i.variable).source !== 'ops' || i.id === 'ops_rep') return undefined;
  const taux = trouve('ops_rep');
  const [v] = cellules(
    d.tables,
    taux,
    t,
    (z) => z.echelle === d.territoire.echelle && z.code === d.territoire.code,
  );
  return v?.cell.statut === 'valeur' ? texteValeur(v.cell.valeur, taux) : undefined;
}

function cerclesEffectifs(i: Indicateur, plafond: number, rayonMax: number): NonNullable<Feuille['cercles']> {
  const rond = (v: number) => {
    const p = 10 ** Math.floor(Math.log10(v));
    return Math.max(1, Math.floor(v / p) * p);
  };
  const reperes = [...new Set([rond(plafond), rond(plafond / 4), rond(plafond / 20)])];
  return {
    titre: `Nombre ${de(variable(i.variable).unites)}`,
    entrees: reperes.map((v) => ({ libelle: nombre(v), rayon: rayonMax * Math.sqrt(v / plafond) })),
  };
}

/** Taller than wide on the ground: the sheet is then better in portrait. */
function estAllonge(valeurs: readonly ZoneValeur[], cadre: Bbox | undefined): boolean {
  const boites = cadre ? [cadre] : valeurs.flatMap(({ zone }) => (zone.bbox ? [zone.bbox] : []));
  if (boites.length === 0) return false;
  const ouest = boites.reduce((m, b) => Math.min(m, b[0]), 180);
  const sud = boites.reduce((m, b) => Math.min(m, b[1]), 90);
  const est = boites.reduce((m, b) => Math.max(m, b[2]), -180);
  const nord = boites.reduce((m, b) => Math.max(m, b[3]), -90);
  const largeur = (est - ouest) * Math.cos((((sud + nord) / 2) * Math.PI) / 180);
  return nord - sud > largeur * 1.25;
}
