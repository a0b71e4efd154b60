/**
 * Audit of a release as emitted. Nothing is taken from the stage that hid cells: published cells are read back from the
 * tables, the tiles and the bundles of every audience; relations come from the reference geography.
 *
 * Covered: exact recovery, non-negativity, groups under 11 (see noyau/groupes.ts), the primary rule P1–P7 on each
 * published cell, figures against the true counts, tiles against tables at every zoom, metadata, unexpected files, keys
 * and patterns. The union of all audiences is audited at once: a reader of one bundle knows less, and hiding more never
 * makes a cell recoverable, so each bundle alone needs no run.
 * Not covered: equations between indicateurs of different questions, groups larger than
 * three cells that no relation or elimination row shows, linear-programming bounds but on the sample of `--lp`, prior
 * knowledge of a household about itself beyond the threshold of 11.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AuditResume } from '../../data/contract/audit.ts';
import { REGLES } from '../../data/catalogue/secret.ts';
import { UserError } from '../../data/contract/erreur.ts';
import { bundleSchema, releaseSchema, type Bundle, type Release } from '../../data/contract/release.ts';
import { ECHELLES, type Echelle, type Population } from '../../data/contract/zone.ts';
import { sha256File, writeJson } from '../lib/files.ts';
import type { Journal } from '../lib/journal.ts';
import { Audiences, ordreLots } from './audiences.ts';
import { comparerArchive, lireTable, verifierClasses, verifierListe, type Mesureur } from './comparaison.ts';
import { auditerCroisement, traceDe, type Trace } from './croisement.ts';
import { Constats, VIOLATIONS, type Violation } from './constats.ts';
import { auditerMillesime, type ResumeSysteme } from './derivation.ts';
import { auditerExports } from './exports.ts';
import { fichiersDe, scanner } from './fuite.ts';
import { auditerLp } from './lp.ts';
import { lireMillesime, type Compteur, type Vue } from './millesime.ts';
import { Publication } from './publication.ts';
import { ouvrirReference } from './reference.ts';
import { verifierDominance } from './dominance.ts';

export interface OptionsAudit {
  /** Folder of the release (release.json inside). */
  readonly release: string;
  /** Folder of the confidential side of the same build. */
  readonly confidentiel: string;
  readonly journal: Journal;
  /** Write every linear system for third parties: confidential. */
  readonly dump?: string;
  /** Search groups of any size (slower); default false. */
  readonly complet?: boolean;
  /** Folder of exports to read back and compare. */
  readonly exports?: string;
  /** Protected cells to bound by linear programming, per millésime; default 0. */
  readonly lp?: number;
}

/** Steps per component of the complete group search. */
const EFFORT = 200_000;

const lireJson = async (chemin: string): Promise<unknown> => JSON.parse(await readFile(chemin, 'utf8'));

/**
 * Audit a release. Writes `<release>/audit.json` (counts only) and, on the confidential side, every finding.
 * @throws UserError code 4 when anything is violated, code 2 when a folder is not what it should be
 */
export async function auditerRelease(options: OptionsAudit): Promise<AuditResume> {
  const { release, confidentiel, journal } = options;
  if (!existsSync(join(release, 'release.json')))
    throw new UserError(`Le dossier ${release} ne contient pas de diffusion (release.json absent).`, {
      hint: 'Indiquez le dossier d’une diffusion, par exemple data/releases/demo/courante.',
      code: 2,
    });
  const reference = await ouvrirReference(confidentiel);
  const constats = new Constats();
  try {
    const fichiers = { tables: 0, archives: 0, tuiles: 0, zonesComparees: 0, valeursComparees: 0 };
    const publication = await lireDiffusion(release, constats, fichiers, journal);
    const compteurs = new Map<string, Compteur>();
    const compte = (echelle: string, variable: string, population: Population) => {
      const cle = `${echelle}/${variable}/${population}`;
      let c = compteurs.get(cle);
      if (!c) compteurs.set(cle, (c = { publiees: 0, masquees: 0, absentes: 0 }));
      return c;
    };
    const systemes: ResumeSysteme[] = [];
    const traces: Trace[] = [];
    const lp = { examinees: 0, partielles: 0, ecartees: 0 };
    for (const millesime of reference.millesimes) {
      const etape = journal.etape(`audit ${millesime}`);
      const vue: Vue = await lireMillesime(millesime, reference, publication.tout, constats, compte);
      await verifierDominance(millesime, reference, publication.publique, constats);
      systemes.push(
        ...(await auditerMillesime(vue, constats, (f, t) => etape.avance(f, t), {
          effort: options.complet ? EFFORT : 0,
          ...(options.dump === undefined ? {} : { dump: options.dump }),
        })),
      );
      const trace = await traceDe(vue, reference);
      if (trace !== null) traces.push(trace);
      const bilan = await auditerLp(vue, constats, options.lp ?? 0);
      for (const k of ['examinees', 'partielles', 'ecartees'] as const) lp[k] += bilan[k];
      etape.fin({ atomes: vue.atomes.nombre, ensembles: vue.geo.classes });
    }
    for (const [q, b] of traces.entries())
      for (const a of traces.slice(0, q)) {
        const etape = journal.etape(`audit ${a.millesime} et ${b.millesime}`);
        etape.fin({ ensemblesCommuns: auditerCroisement(a, b, constats) });
      }
    const exports =
      options.exports === undefined ? null : await auditerExports(options.exports, release, constats);
    const resume: AuditResume = {
      ...resumer(constats, compteurs, fichiers, systemes, publication.audiences.comptes()),
      ...(exports ? { exports } : {}),
      ...(options.lp ? { programmation: lp } : {}),
    };
    await writeJson(join(release, 'audit.json'), resume, 1);
    await writeJson(
      join(confidentiel, 'audit', 'constats.json'),
      { violations: resume.violations, signalements: resume.signalements, details: constats.details },
      1,
    );
    if (constats.total > 0) throw echec(constats);
    return resume;
  } finally {
    reference.ferme();
  }
}

/** Read everything emitted, checking shapes, lists, tiles and classes on the way. */
async function lireDiffusion(
  release: string,
  constats: Constats,
  fichiers: AuditResume['fichiers'],
  journal: Journal,
): Promise<{ tout: Publication; publique: Publication; audiences: Audiences }> {
  const etape = journal.etape('audit fichiers');
  const archives = new Set(await scanner(release, constats));
  const tous = await fichiersDe(release);
  const tout = new Publication(true);
  const publique = new Publication();
  const audiences = new Audiences(constats);
  const mesureur: Mesureur = {
    valeurs: (n) => (fichiers.valeursComparees += n),
    zones: (n) => (fichiers.zonesComparees += n),
  };
  const manifeste = releaseSchema.safeParse(await lireJson(join(release, 'release.json')));
  const r: Release | null = manifeste.success ? manifeste.data : null;

  if (r) {
    const declares = [...r.tuiles, ...r.tables].map((f) => ({ ...f, fichier: prefixe(f.fichier) }));
    await verifierEmpreintes(release, '', declares, constats);
    const sansDeclaration = tous.filter(
      (f) => /^public\/(tables|tuiles)\//.test(f) && !declares.some((x) => x.fichier === f),
    );
    for (const f of sansDeclaration) constats.violation('fichier', f, 'absent de release.json');
  }
  for (const nom of tous.filter((f) => f.startsWith('public/tables/'))) {
    const table = await lireTable(release, nom, 'public', constats);
    if (!table) continue;
    fichiers.tables++;
    verifierListe(table, nom, 'public', constats);
    audiences.publique(table);
    publique.ajoute(table, nom, constats);
    tout.ajoute(table, nom, constats);
  }
  const publiques = [...archives].filter((f) => f.startsWith('public/'));
  const bundles = ordreLots([...new Set(tous.flatMap((f) => /^bundles\/([^/]+)\//.exec(f)?.[1] ?? []))]);
  const total = publiques.length + bundles.length;
  let fait = 0;
  for (const nom of publiques) {
    const [echelle = '', theme = '', population, secteur, millesime] = nom.split('/').at(-1)!.split('.');
    const tuile = r?.tuiles.find((t) => t.fichier.endsWith(nom.split('/').at(-1)!));
    const geo = await idsGeo(join(release, 'public/geo', `${echelle}.json`));
    fichiers.tuiles += await comparerArchive({
      chemin: join(release, nom),
      nom,
      couches: [
        {
          echelle: echelle as Echelle,
          minzoom: tuile?.minzoom ?? null,
          maxzoom: tuile?.maxzoom ?? null,
          attendues: geo.get(echelle as Echelle) ?? null,
        },
      ],
      publication: publique,
      colonne: (cle, variable) =>
        variable.theme === theme && cle.endsWith(`.${population}.${secteur}.${millesime}`),
      constats,
      mesureur,
    });
    fichiers.archives++;
    etape.avance(++fait, total);
  }
  if (r) verifierClasses(r.classes, publique, 'release.json', constats);

  for (const epci of bundles) {
    const base = `bundles/${epci}`;
    const table = await lireTable(release, `${base}/table.json`, 'territoire', constats);
    const m = existsSync(join(release, base, 'manifest.json'))
      ? bundleSchema.safeParse(await lireJson(join(release, base, 'manifest.json')))
      : null;
    const bundle: Bundle | null = m?.success ? m.data : null;
    if (bundle) await verifierEmpreintes(release, `${base}/`, bundle.archives, constats);
    if (!table) continue;
    fichiers.tables++;
    verifierListe(table, base, 'territoire', constats);
    const propre = new Publication();
    propre.ajoute(table, base, constats);
    audiences.lot(epci, table, publique, tout);
    tout.ajoute(table, base, constats);
    if (bundle) verifierClasses(bundle.classes, propre, `${base}/manifest.json`, constats);
    if (archives.has(`${base}/carte.pmtiles`)) {
      const geo = await idsGeo(join(release, base, 'geo.json'));
      fichiers.tuiles += await comparerArchive({
        chemin: join(release, base, 'carte.pmtiles'),
        nom: `${base}/carte.pmtiles`,
        couches: (bundle?.couches ?? []).map((c) => ({
          echelle: c.echelle,
          minzoom: c.minzoom,
          maxzoom: c.maxzoom,
          attendues: geo.get(c.echelle) ?? null,
        })),
        publication: propre,
        colonne: () => true,
        constats,
        mesureur,
      });
      fichiers.archives++;
    } else constats.violation('zone_manquante', base, 'carte.pmtiles absente');
    etape.avance(++fait, total);
  }
  etape.fin({ ...fichiers });
  return { tout, publique, audiences };
}

/** Paths of the manifest are relative to the release or to its public folder. */
const prefixe = (fichier: string) => (fichier.startsWith('public/') ? fichier : `public/${fichier}`);

/** Files as declared by their manifest: present, same size, same hash. */
async function verifierEmpreintes(
  release: string,
  base: string,
  declares: readonly { readonly fichier: string; readonly sha256: string }[],
  constats: Constats,
): Promise<void> {
  for (const { fichier, sha256 } of declares) {
    const chemin = join(release, base, fichier);
    if (!existsSync(chemin)) constats.violation('empreinte', base + fichier, 'fichier absent');
    else if ((await sha256File(chemin)) !== sha256)
      constats.violation('empreinte', base + fichier, 'empreinte différente du manifeste');
  }
}

/** Codes drawn in a TopoJSON file, per échelle. */
async function idsGeo(chemin: string): Promise<Map<Echelle, Set<string>>> {
  if (!existsSync(chemin)) return new Map();
  const topo = (await lireJson(chemin)) as {
    objects?: Record<string, { geometries?: { id?: unknown; type?: unknown }[] }>;
  };
  return new Map(
    Object.entries(topo.objects ?? {}).map(([e, o]) => [
      e as Echelle,
      new Set((o.geometries ?? []).filter((g) => g.type !== null).map((g) => String(g.id))),
    ]),
  );
}

function resumer(
  constats: Constats,
  compteurs: ReadonlyMap<string, Compteur>,
  fichiers: AuditResume['fichiers'],
  systemes: readonly ResumeSysteme[],
  audiences: AuditResume['audiences'],
): AuditResume {
  const trie = (m: ReadonlyMap<string, number>) =>
    Object.fromEntries([...m].sort(([a], [b]) => (a < b ? -1 : 1)));
  const cellules = [...compteurs].map(([cle, c]) => {
    const [echelle = '', variable = '', population = ''] = cle.split('/');
    return { echelle: echelle as Echelle, variable, population: population as Population, ...c };
  });
  const cle = (c: (typeof cellules)[number]) =>
    `${String(ECHELLES.indexOf(c.echelle)).padStart(2, '0')}${c.variable}${c.population}`;
  return {
    format: 'carto-ops/audit@1',
    regle: REGLES.version,
    seuil: REGLES.seuil,
    verdict: constats.total === 0 ? 'conforme' : 'non conforme',
    violations: trie(constats.violations),
    signalements: trie(constats.signalements),
    cellules: cellules.sort((a, b) => (cle(a) < cle(b) ? -1 : 1)),
    audiences,
    fichiers,
    systemes: [...systemes],
  };
}

const nombre = new Intl.NumberFormat('fr-FR');

function echec(constats: Constats): UserError {
  const lignes = [...constats.violations].map(
    ([type, n]) => `${nombre.format(n)} × ${VIOLATIONS[type as Violation]}`,
  );
  return new UserError(`L’audit refuse cette diffusion : ${lignes.join(' ; ')}.`, {
    hint: 'Le détail est dans confidentiel/audit/constats.json ; ne publiez pas avant d’avoir corrigé.',
    code: 4,
  });
}
