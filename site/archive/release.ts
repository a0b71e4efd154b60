/** The public side of a release, read once at build time. Node only; never imported by a browser script. */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Topology } from 'topojson-specification';
import { typographie } from '../carto/format.ts';
import { UserError } from '../../data/contract/erreur.ts';
import { releaseSchema, type Release } from '../../data/contract/release.ts';
import { tableSchema, type Table } from '../../data/contract/table.ts';
import { zoneSchema, type Echelle, type Zone } from '../../data/contract/zone.ts';

/** Folder of the release the site is built from. */
export const DOSSIER = resolve(process.env['CARTO_RELEASE'] ?? 'data/releases/demo/courante');

function lis(chemin: string): unknown {
  const fichier = join(DOSSIER, chemin);
  if (!existsSync(fichier))
    throw new UserError(`La livraison est incomplète : « ${chemin} » est introuvable.`, {
      hint: 'Relancez « npm run carto -- build », ou indiquez le dossier de la livraison par CARTO_RELEASE.',
    });
  return JSON.parse(readFileSync(fichier, 'utf8'));
}

function memo<A extends string, R>(f: (a: A) => R): (a: A) => R {
  const vus = new Map<A, R>();
  return (a) => {
    let r = vus.get(a);
    if (r === undefined) vus.set(a, (r = f(a)));
    return r;
  };
}

let manifeste: Release | undefined;

/** The manifest. Throws a `UserError` when no release is there, or when it does not follow the contract. */
export function release(): Release {
  if (manifeste) return manifeste;
  const lu = releaseSchema.safeParse(lis('release.json'));
  if (!lu.success)
    throw new UserError('Le manifeste release.json ne suit pas le contrat.', {
      hint: lu.error.issues.map((i) => `${i.path.join('.')} : ${i.message}`).join(' ; '),
    });
  return (manifeste = lu.data);
}

let toutes: Zone[] | undefined;

/** Every public zone, in the order of `public/zones.json`. */
export function zones(): readonly Zone[] {
  // Sources write straight apostrophes; pages do not. Search knows both.
  return (toutes ??= zoneSchema
    .array()
    .parse(lis('public/zones.json'))
    .map((z) => ({ ...z, nom: typographie(z.nom) })));
}

/** Public zones of one échelle, sorted by code. */
export const zonesDe = memo<Echelle, readonly Zone[]>((e) =>
  zones()
    .filter((z) => z.echelle === e)
    .sort((a, b) => (a.code < b.code ? -1 : 1)),
);

const lisTable = memo<string, Table | null>((cle) => {
  const [echelle, theme] = cle.split('.');
  const t = release().tables.find((t) => t.echelle === echelle && t.theme === theme);
  return t
    ? tableSchema.parse(lis(t.fichier.startsWith('public/') ? t.fichier : `public/${t.fichier}`))
    : null;
});

/** Published table of one échelle and theme, or null when nothing of the theme is public there. */
export function table(echelle: Echelle, theme: string): Table | null {
  return lisTable(`${echelle}.${theme}`);
}

/** Simplified outlines of one échelle (TopoJSON), or null when the release has none. */
export const contours = memo<Echelle, Topology | null>((e) =>
  existsSync(join(DOSSIER, `public/geo/${e}.json`)) ? (lis(`public/geo/${e}.json`) as Topology) : null,
);

/** `audit.json` as written, for the page on secrecy: counts only. */
export function audit(): Record<string, unknown> | null {
  return existsSync(join(DOSSIER, 'audit.json')) ? (lis('audit.json') as Record<string, unknown>) : null;
}
