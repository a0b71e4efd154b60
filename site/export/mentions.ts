/**
 * Mentions that every map must carry (domain.md §7), computed from the manifest, never typed.
 * The type cannot be written by hand: `calculeMentions` is its only maker, so a sheet without them cannot exist.
 */
import { LIBELLES_ECHELLE, LIBELLES_POPULATION, LIBELLES_SECTEUR } from '../../data/catalogue/echelles.ts';
import { variable } from '../../data/catalogue/indicators/index.ts';
import { UserError } from '../../data/contract/erreur.ts';
import type { Indicateur } from '../../data/contract/indicateur.ts';
import type { Mentions } from '../../data/contract/release.ts';
import type { Audience, Echelle, Tranche } from '../../data/contract/zone.ts';
import { accord, FINE, INSECABLE, nombre, typographie } from '../carto/format.ts';

/** Who publishes the sheet, when and for whom. The date is an argument: two builds of one sheet are equal. */
export interface Edition {
  /** "AAAA-MM-JJ". */
  readonly date: string;
  readonly auteur: string;
  /** "CIL plénière", "comité de suivi". */
  readonly instance?: string | undefined;
  /** Person or body the copy is made for; obligatory outside the public audience. */
  readonly destinataire?: string | undefined;
}

declare const calculees: unique symbol;
export interface MentionsFeuille {
  readonly [calculees]: true;
  /** "Territoires et données fictifs", or nothing. */
  readonly avertissement: string | undefined;
  /** "Diffusion restreinte…", or nothing when public. */
  readonly restriction: string | undefined;
  /** Label and text of every mention, in reading order; none is empty. */
  readonly lignes: readonly Mention[];
}
export interface Mention {
  readonly id: IdMention;
  readonly libelle: string;
  readonly texte: string;
}
export const MENTIONS_OBLIGATOIRES = [
  'source',
  'zonages',
  'champ',
  'effectif',
  'occultation',
  'secret',
  'discretisation',
  'projection',
  'edition',
  'diffusion',
] as const;
export type IdMention =
  | (typeof MENTIONS_OBLIGATOIRES)[number]
  | 'definition'
  | 'reponse'
  | 'limites'
  | 'comparabilite'
  | 'destinataire';

export interface ContexteMentions {
  readonly mentions: Mentions;
  readonly audience: Audience;
  readonly edition: Edition;
  readonly identifiant: string;
  readonly indicateur: Indicateur;
  readonly tranche: Tranche;
  readonly echelle: Echelle;
  /** Figures of the map. */
  readonly zones: number;
  readonly secretes: number;
  readonly sansObjet: number;
  readonly nonDisponibles: number;
  /** "1 234 ménages": base of the whole territory, or undefined when it is not published. */
  readonly effectif: string | undefined;
  readonly reponse: string | undefined;
  readonly discretisation: string;
  readonly projection: string;
}

const MOIS = [
  'janvier',
  'février',
  'mars',
  'avril',
  'mai',
  'juin',
  'juillet',
  'août',
  'septembre',
  'octobre',
  'novembre',
  'décembre',
];

/** "22 novembre 2026", "1er janvier 2026", from "AAAA-MM-JJ". Refuses a date that does not exist. */
export function dateLongue(iso: string): string {
  const m = /^(\d{4})-(\d{2})-(\d{2})$/.exec(iso);
  const [, a = '', mm = '', j = ''] = m ?? [];
  const jour = new Date(`${iso}T00:00:00Z`);
  if (!m || Number.isNaN(jour.getTime()) || jour.toISOString().slice(0, 10) !== iso)
    throw new UserError(`La date d’édition « ${iso} » n’est pas une date.`, {
      hint: 'Écrivez-la AAAA-MM-JJ, par exemple 2026-11-22.',
      code: 2,
    });
  const n = Number(j);
  return `${n === 1 ? '1er' : n}${INSECABLE}${MOIS[Number(mm) - 1]}${INSECABLE}${a}`;
}

/** Millésime in the words of its source: "OPS 2022", "RPLS au 1er janvier 2022". */
export function nomMillesime(mentions: Mentions, i: Indicateur, millesime: number): string {
  const { source } = variable(i.variable);
  const cite = mentions.sources.find((s) => s.type.startsWith(source) && s.millesime === millesime);
  return cite?.nom ?? (source === 'ops' ? `OPS ${millesime}` : `RPLS au 1er janvier ${millesime}`);
}

/** Population in words; a dwelling register counts dwellings, not households. */
export function nomPopulation(i: Indicateur, t: Tranche): string {
  const { source, unites } = variable(i.variable);
  return source === 'rpls' ? `Ensemble des ${unites}` : LIBELLES_POPULATION[t.population];
}

/**
 * Every mention of a sheet.
 * @throws UserError when the manifest cannot feed an obligatory one: the sheet is then refused, not printed bare.
 */
export function calculeMentions(c: ContexteMentions): MentionsFeuille {
  const { mentions: m, edition: e, tranche, indicateur: i } = c;
  const v = variable(i.variable);
  const manque = (quoi: string): never => {
    throw new UserError(`Cette carte ne peut pas être éditée : ${quoi}.`, {
      hint: 'Les mentions viennent du manifeste de la livraison : relancez « npm run carto -- build ».',
    });
  };
  if (m.sources.length === 0) manque('le manifeste ne cite aucune source');
  if (m.zonages.length === 0) manque('le manifeste ne date aucun zonage');
  if (m.secret.trim() === '') manque('la phrase sur le secret statistique est vide');
  if (m.fictif && m.avertissement.trim() === '') manque('l’avertissement sur les données fictives est vide');
  if (e.auteur.trim() === '')
    throw new UserError('L’auteur de la carte est vide.', { hint: 'Précisez --auteur.', code: 2 });
  const restreinte = c.audience === 'territoire';

  const propres = m.sources.filter((s) => s.type.startsWith(v.source) && s.millesime === tranche.millesime);
  const citees = propres.length > 0 ? propres : m.sources;
  const sources = [...new Set(citees.map((s) => `${s.nom} – ${s.producteur}`))];
  const { un, plusieurs } = LIBELLES_ECHELLE[c.echelle];
  const part = c.zones > 0 ? ` (${nombre((100 * c.secretes) / c.zones)}${FINE}%)` : '';
  const autres = [
    ...(c.nonDisponibles > 0 ? [`${nombre(c.nonDisponibles)} sans donnée disponible`] : []),
    ...(c.sansObjet > 0
      ? [`${nombre(c.sansObjet)} sans logement social${tranche.secteur === 'tous' ? '' : ' dans ce secteur'}`]
      : []),
  ];
  const brutes: { id: IdMention; libelle: string; texte: string | undefined }[] = [
    { id: 'source', libelle: sources.length > 1 ? 'Sources' : 'Source', texte: `${sources.join(' ; ')}.` },
    { id: 'zonages', libelle: 'Zonages et fond de carte', texte: `${m.zonages.join(', ')}.` },
    {
      id: 'champ',
      libelle: 'Champ',
      texte: `${v.unites}, information « ${v.libelle.toLowerCase()} » renseignée ; ${nomPopulation(i, tranche).toLowerCase()} ; ${LIBELLES_SECTEUR[tranche.secteur].replace(/^(Tous|En|Hors)/, (x) => x.toLowerCase())}.`,
    },
    { id: 'definition', libelle: 'Définition', texte: i.definition },
    {
      id: 'effectif',
      libelle: 'Effectif',
      texte:
        c.effectif === undefined
          ? 'non publié pour l’ensemble du territoire.'
          : `${c.effectif} sur l’ensemble du territoire.`,
    },
    {
      id: 'reponse',
      libelle: 'Taux de réponse',
      texte: c.reponse && `${c.reponse} à l’enquête, sur l’ensemble du territoire.`,
    },
    {
      id: 'occultation',
      libelle: 'Secret',
      texte:
        c.secretes === 0
          ? `aucune valeur masquée sur ${accord(c.zones, un, plusieurs)}${autres.length > 0 ? ` ; ${autres.join(', ')}` : ''}.`
          : `${accord(c.secretes, un, plusieurs)} sur ${nombre(c.zones)} sous secret statistique${part}${autres.length > 0 ? ` ; ${autres.join(', ')}` : ''}.`,
    },
    { id: 'secret', libelle: 'Signes', texte: m.secret },
    { id: 'discretisation', libelle: 'Discrétisation', texte: c.discretisation },
    {
      id: 'projection',
      libelle: 'Projection',
      texte: `${c.projection}. Nord en haut ; échelle exacte au centre du cadre.`,
    },
    { id: 'limites', libelle: 'Limites', texte: i.limites },
    { id: 'comparabilite', libelle: 'Comparabilité', texte: i.comparabilite || undefined },
    {
      id: 'edition',
      libelle: 'Édition',
      texte: `${e.auteur}, ${dateLongue(e.date)}. Indicateur ${i.id}, livraison ${c.identifiant}.`,
    },
    {
      id: 'diffusion',
      libelle: 'Diffusion',
      texte: restreinte
        ? `restreinte aux signataires de la convention${e.instance ? `, instance : ${e.instance}` : ''}.`
        : `publique${e.instance ? `, instance : ${e.instance}` : ''}. ${m.licence}.`,
    },
    { id: 'destinataire', libelle: 'Exemplaire de', texte: e.destinataire && `${e.destinataire}.` },
  ];
  const lignes = brutes.flatMap(({ id, libelle, texte }) =>
    texte === undefined || texte === ''
      ? []
      : [
          {
            id,
            libelle: typographie(libelle),
            texte: typographie(texte),
          },
        ],
  );
  return {
    avertissement: m.fictif ? m.avertissement : undefined,
    restriction: restreinte ? 'Diffusion restreinte' : undefined,
    lignes,
  } as unknown as MentionsFeuille;
}
