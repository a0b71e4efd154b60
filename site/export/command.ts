/** `carto export carte`: one A4 sheet from a release, public or of a territory. */
import { join, resolve } from 'node:path';
import { indicateur as trouveIndicateur, variable } from '../../data/catalogue/indicators/index.ts';
import { UserError } from '../../data/contract/erreur.ts';
import type { Classes, Release } from '../../data/contract/release.ts';
import {
  AUDIENCES,
  ECHELLES,
  POPULATIONS,
  SECTEURS,
  type Audience,
  type Tranche,
} from '../../data/contract/zone.ts';
import type { Arguments, Commande, Contexte } from '../../pipeline/lib/commande.ts';
import { writeAtomic } from '../../pipeline/lib/files.ts';
import { LIBELLES_METHODE, type Methode } from '../carto/classes.ts';
import { csvFeuille } from './csv.ts';
import { htmlFeuille } from './html.ts';
import { audiencePour, ECHELLE_PAR_DEFAUT, litDonnees, ouvreLivraison, trouveZone } from './lecture.ts';
import type { Orientation } from './page.ts';
import { pdfFeuille } from './pdf.ts';
import { policesSvg } from './polices.ts';
import { construireFeuille } from './sheet.ts';
import { svgFeuille } from './svgSheet.ts';
import { xlsxFeuille } from './xlsx.ts';

const FORMATS = ['pdf', 'svg', 'html', 'csv', 'xlsx'] as const;

/** Text of an option, undefined when absent. */
function texte(args: Arguments, nom: string): string | undefined {
  const v = args.values[nom];
  return typeof v === 'string' && v.trim() !== '' ? v.trim() : undefined;
}

function exige(args: Arguments, nom: string, exemple: string): string {
  const v = texte(args, nom);
  if (v === undefined)
    throw new UserError(`Il manque --${nom}.`, { hint: `Par exemple : --${nom} ${exemple}`, code: 2 });
  return v;
}

/** "svg" from "carte.svg", when it is a format: the name asked for decides. */
function extension(sortie: string | undefined): string | undefined {
  return FORMATS.find((f) => sortie?.toLowerCase().endsWith(`.${f}`));
}

/** One of a closed list, or a French sentence with the list. */
function parmi<T extends string>(nom: string, valeur: string, liste: readonly T[]): T {
  if ((liste as readonly string[]).includes(valeur)) return valeur as T;
  throw new UserError(`Valeur inconnue pour --${nom} : « ${valeur} ».`, {
    hint: `Valeurs possibles : ${liste.join(', ')}.`,
    code: 2,
  });
}

function entier(nom: string, valeur: string): number {
  if (!/^\d+$/.test(valeur))
    throw new UserError(`--${nom} attend un nombre entier, et non « ${valeur} ».`, { code: 2 });
  return Number(valeur);
}

function bornes(valeur: string | undefined): number[] | undefined {
  if (valeur === undefined) return undefined;
  const nombres = valeur.split(/[;\s]+/).map((b) => Number(b.replace(',', '.')));
  if (nombres.some((b) => !Number.isFinite(b)))
    throw new UserError(`--bornes attend des nombres séparés par « ; », et non « ${valeur} ».`, {
      hint: 'Par exemple : --bornes "10;15;20,5"',
      code: 2,
    });
  return nombres;
}

function tranche(args: Arguments, source: 'ops' | 'rpls', release: Release): Tranche {
  const connus = release.millesimes[source];
  const demande = texte(args, 'millesime');
  const millesime = demande === undefined ? Math.max(...connus) : entier('millesime', demande);
  if (!connus.includes(millesime))
    throw new UserError(`Millésime ${source.toUpperCase()} absent de la livraison : ${demande ?? 'aucun'}.`, {
      hint:
        connus.length > 0
          ? `Millésimes présents : ${connus.join(', ')}.`
          : 'La livraison n’a pas cette source.',
      code: 2,
    });
  return {
    population: parmi('population', texte(args, 'population') ?? 'ENS', POPULATIONS),
    secteur: parmi('secteur', texte(args, 'secteur') ?? 'tous', SECTEURS),
    millesime,
  };
}

async function run(args: Arguments, contexte: Contexte): Promise<void> {
  const [genre = 'carte'] = args.positionals;
  parmi('export', genre, ['carte'] as const);
  const i = trouveIndicateur(exige(args, 'indicateur', 'rpls_coll'));
  const livraison = await ouvreLivraison(texte(args, 'vers') ?? 'data/releases/demo');
  const zone = trouveZone(livraison, exige(args, 'zone', 'epci:200000000'));
  const echelle = parmi(
    'echelle',
    texte(args, 'echelle') ?? ECHELLE_PAR_DEFAUT[zone.echelle] ?? zone.echelle,
    ECHELLES,
  );
  const demandee = texte(args, 'audience');
  const audience: Audience =
    demandee === undefined ? audiencePour(i, echelle) : parmi('audience', demandee, AUDIENCES);
  const format = parmi('format', texte(args, 'format') ?? extension(texte(args, 'sortie')) ?? 'pdf', FORMATS);
  const methode = texte(args, 'methode');
  const destinataire = texte(args, 'destinataire');
  if (audience === 'territoire' && destinataire === undefined)
    contexte.journal.attention(
      'Carte à diffusion restreinte sans destinataire : précisez --destinataire pour le faire figurer sur l’exemplaire.',
    );
  const donnees = await litDonnees(livraison, { zone, indicateur: i, echelle, audience });
  const feuille = construireFeuille({
    donnees,
    indicateur: i.id,
    echelle,
    tranche: tranche(args, variable(i.variable).source, livraison.release),
    edition: {
      date: texte(args, 'date') ?? new Date().toISOString().slice(0, 10),
      auteur: texte(args, 'auteur') ?? 'Carto OPS',
      instance: texte(args, 'instance'),
      destinataire,
    },
    methode:
      methode === undefined
        ? undefined
        : parmi('methode', methode, Object.keys(LIBELLES_METHODE) as (Methode & Classes['methode'])[]),
    k: texte(args, 'classes') === undefined ? undefined : entier('classes', texte(args, 'classes') ?? ''),
    bornes: bornes(texte(args, 'bornes')),
  });
  const orientation = texte(args, 'orientation');
  const page: { orientation?: Orientation } =
    orientation === undefined
      ? {}
      : { orientation: parmi('orientation', orientation, ['paysage', 'portrait'] as const) };
  const ecrivains: Record<(typeof FORMATS)[number], () => string | Uint8Array | Promise<Uint8Array>> = {
    pdf: () => pdfFeuille(feuille, { ...page, tableau: args.values['sans-tableau'] !== true }),
    svg: () => svgFeuille(feuille, { ...page, polices: policesSvg() }),
    html: () => htmlFeuille(feuille, { polices: policesSvg() }),
    csv: () => csvFeuille(feuille),
    xlsx: () => xlsxFeuille(feuille),
  };
  const contenu = await ecrivains[format]();
  const sortie = resolve(texte(args, 'sortie') ?? join('.', `${feuille.fichier}.${format}`));
  await writeAtomic(sortie, contenu);
  const octets = typeof contenu === 'string' ? Buffer.byteLength(contenu) : contenu.length;
  contexte.ecrit(
    contexte.json
      ? JSON.stringify({
          fichier: sortie,
          format,
          octets,
          audience,
          zones: feuille.legende.zones,
          publiees: feuille.legende.publiees,
        })
      : `Carte écrite : ${sortie}`,
  );
}

export const commande: Commande = {
  nom: 'export',
  resume:
    'Édite une carte A4 (PDF accessible, SVG, HTML hors ligne, CSV ou XLSX) avec sa légende et ses mentions.',
  positionnels: 'carte',
  options: {
    zone: {
      type: 'string',
      valeur: 'ECHELLE:CODE',
      aide: 'Territoire de la carte : epci:200000000, departement:21, france:…',
    },
    indicateur: { type: 'string', valeur: 'ID', aide: 'Indicateur du catalogue, par exemple ops_res_lt20.' },
    echelle: {
      type: 'string',
      valeur: 'ECHELLE',
      aide: 'Zones dessinées : commune, iris, qpv, adresse… (par défaut selon le territoire).',
    },
    population: {
      type: 'string',
      valeur: 'ENS|ER',
      aide: 'Ensemble des ménages ou emménagés récents (ENS par défaut).',
    },
    secteur: { type: 'string', valeur: 'tous|qpv|hqpv', aide: 'Tous secteurs, en QPV ou hors QPV.' },
    millesime: { type: 'string', valeur: 'ANNÉE', aide: 'Millésime (le plus récent par défaut).' },
    audience: {
      type: 'string',
      valeur: 'AUDIENCE',
      aide: '« public » ou « territoire » (par défaut selon l’indicateur).',
    },
    format: {
      type: 'string',
      valeur: 'FORMAT',
      aide: 'pdf, svg, html, csv ou xlsx (pdf par défaut, ou selon --sortie).',
    },
    vers: { type: 'string', valeur: 'DIR', aide: 'Dossier de la livraison (data/releases/demo par défaut).' },
    sortie: { type: 'string', valeur: 'FICHIER', aide: 'Fichier écrit (nommé d’après la carte par défaut).' },
    orientation: {
      type: 'string',
      valeur: 'SENS',
      aide: 'paysage ou portrait (par défaut selon la forme du territoire).',
    },
    methode: {
      type: 'string',
      valeur: 'MÉTHODE',
      aide: 'Reclasser : quantiles, jenks, egales, ecart-type, politique.',
    },
    classes: { type: 'string', valeur: 'N', aide: 'Nombre de classes avec --methode (5 par défaut).' },
    bornes: { type: 'string', valeur: '"A;B;C"', aide: 'Bornes choisies.' },
    auteur: { type: 'string', valeur: 'NOM', aide: 'Auteur imprimé sur la carte.' },
    date: { type: 'string', valeur: 'AAAA-MM-JJ', aide: 'Date d’édition (aujourd’hui par défaut).' },
    instance: { type: 'string', valeur: 'NOM', aide: 'Instance destinataire : CIL, comité de suivi…' },
    destinataire: { type: 'string', valeur: 'NOM', aide: 'Personne ou organisme de l’exemplaire.' },
    'sans-tableau': { type: 'boolean', aide: 'PDF sans le tableau des zones.' },
  },
  run,
};
