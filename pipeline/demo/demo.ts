/** Writes the source files of the invented country: the same layouts as real ones, seeded, byte for byte the same. */
import { join } from 'node:path';
import { COG, MILLESIMES, type Taille } from '../../data/demo/tailles.ts';
import { sourcesSchema, type Sources } from '../../data/contract/sources.ts';
import { writeJson } from '../lib/files.ts';
import type { Journal } from '../lib/journal.ts';
import { bailleursDe, creerBailleurs } from './bailleurs.ts';
import { ecrireCog, PASSAGES } from './cog.ts';
import { Fichier } from './ecriture.ts';
import { Hasard, empreinte } from './hasard.ts';
import { ecrireLimites } from './limites.ts';
import { COLONNES_OPS, COLONNES_RESTREINTES, colonnesOuvertes } from './colonnes.ts';
import { ecrireResidence, type Sorties } from './lignes.ts';
import { localisateur } from './trace.ts';
import { residences } from './patrimoine.ts';
import { creerPays, type Pays } from './pays.ts';
import { creerIris, type Decoupe } from './iris.ts';
import { creerQpv, type Qpv } from './quartiers.ts';
import { trameDe } from './trame.ts';
import { annuaireQpv } from './reperage.ts';
import { lignesRefusees } from './salete.ts';

export interface DemoOptions {
  readonly taille: Taille['id'];
  readonly graine: number;
  /** Folder to write; created when missing, files of the same name replaced. */
  readonly vers: string;
  readonly journal: Journal;
}
export interface Bilan {
  readonly communes: number;
  readonly qpv: number;
  readonly adresses: number;
  /** Rows per millésime, refused ones included. */
  readonly rpls: readonly number[];
  readonly ops: readonly number[];
  /** Rows per millésime that a reader must refuse. */
  readonly refusees: number;
}

/**
 * Write the whole country under `vers`.
 * @returns what was written, for the summary and for tests
 */
export async function ecrireDemo({ taille, graine, vers, journal }: DemoOptions): Promise<Bilan> {
  const etape = journal.etape('demo : pays');
  const pays = creerPays(taille, graine);
  const decoupes = pays.territoires.map((t) => creerIris(pays, t));
  const qpv = creerQpv(pays, decoupes);
  const bailleurs = creerBailleurs(pays);
  etape.fin({
    communes: pays.communes.length,
    epci: pays.epci.length,
    qpv: qpv.length,
    bailleurs: bailleurs.length,
  });

  await ecrireLimites(pays, decoupes, qpv, vers, journal);
  await ecrireCog(pays, bailleurs, vers);

  const ouvertes = taille === 'epci';
  const fichiers = {
    rpls: MILLESIMES.map((m) => new Fichier(join(vers, `rpls/rpls_${m}_restreint.csv`))),
    ouvert: ouvertes ? MILLESIMES.map((m) => new Fichier(join(vers, `rpls/rpls_${m}_ouvert.csv`))) : [],
    ops: MILLESIMES.map((m) => new Fichier(join(vers, `ops/ops_menages_${m}.csv`))),
  };
  const tous = [...fichiers.rpls, ...fichiers.ouvert, ...fichiers.ops];
  try {
    MILLESIMES.forEach((m, q) => {
      fichiers.rpls[q]!.ecrit(`\uFEFF${[...colonnesOuvertes(m), ...COLONNES_RESTREINTES].join(';')}\r\n`);
      fichiers.ouvert[q]?.ecrit(`\uFEFF${colonnesOuvertes(m).join(';')}\r\n`);
      fichiers.ops[q]!.ecrit(`${COLONNES_OPS.join(';')}\r\n`);
    });
    const adresses = await ecrireLogements(pays, decoupes, qpv, bailleurs, fichiers, tous, journal);
    for (const f of tous) await f.ferme();
    await writeJson(join(vers, 'sources.json'), sources(pays), 2);
    return {
      communes: pays.communes.length,
      qpv: qpv.length,
      adresses,
      rpls: fichiers.rpls.map((f) => f.lignes - 1),
      ops: fichiers.ops.map((f) => f.lignes - 1),
      refusees: lignesRefusees(taille).length,
    };
  } catch (erreur) {
    for (const f of tous) await f.abandonne();
    throw erreur;
  }
}

async function ecrireLogements(
  pays: Pays,
  decoupes: readonly Decoupe[],
  qpv: readonly Qpv[],
  bailleurs: ReturnType<typeof creerBailleurs>,
  fichiers: { rpls: Fichier[]; ouvert: Fichier[]; ops: Fichier[] },
  tous: readonly Fichier[],
  journal: Journal,
): Promise<number> {
  const etape = journal.etape('demo : logements');
  const g = pays.graine;
  let dernieres: string[] = [];
  const sorties: Sorties = {
    rpls: fichiers.rpls.map((f, q) => (ligne: string) => {
      f.ecrit(ligne);
      if (dernieres.length < 2 * 12 && q === dernieres.length % 2) dernieres.push(ligne);
    }),
    ouvert: fichiers.ouvert.map((f) => (ligne: string) => f.ecrit(ligne)),
    ops: fichiers.ops.map((f) => (ligne: string) => f.ecrit(ligne)),
  };
  const localises = decoupes.map((d) => localisateur(d.trace));
  const annuaires = pays.territoires.map((_, t) => annuaireQpv(qpv.filter((q) => q.territoire === t)));
  let numero = 0;
  let adresses = 0;
  let fait = 0;
  for (const c of pays.communes) {
    if (c.logements === 0) continue;
    const t = pays.territoires[c.territoire]!;
    const decoupe = decoupes[c.territoire]!;
    const cellules = t.cellules[c.rang]!;
    const localise = localises[c.territoire]!;
    const lieux = {
      commune: c,
      trame: trameDe(g, c),
      adresse: pays.taille.adresse,
      qpv: qpv.filter((q) => q.logements.has(c.code)),
      cellule: (x: number, y: number) => {
        const cell = localise(x, y);
        return cell >= 0 && t.decoupage.commune[cell] === c.rang ? cell : -1;
      },
      qpvEn: annuaires[c.territoire]!,
      hameau: (h: Hasard): [number, number] => {
        const i = h.choix(cellules);
        return [t.decoupage.maillage.x[i]!, t.decoupage.maillage.y[i]!];
      },
    };
    const h = new Hasard('parc', g, c.code);
    const { qui, poids } = bailleursDe(bailleurs, c, h);
    const effetCommune = h.normale(0, 5);
    const loyer = (0.9 + 0.028 * Math.log(Math.max(1, c.population / 1500))) * h.normale(1, 0.03);
    const vacance = h.logNormale(c.population < 5000 ? 1.25 : 0.8, 0.45);
    let k = 0;
    for (const r of residences(lieux, qui, poids, h, 2023)) {
      k += 1;
      const lieu = r.adresses[0]!;
      const iris = decoupe.iris[decoupe.cellule[lieu.cellule]!]!;
      const effetIris = new Hasard('effet', g, r.qpv?.code ?? iris.code).normale(0, 8);
      numero += ecrireResidence(
        r,
        {
          commune: c,
          codeArrondissement: (i) =>
            t.arrondissement[i]! >= 0 ? pays.grandeVille?.codes[t.arrondissement[i]!] : undefined,
          iris: (i) => decoupe.iris[decoupe.cellule[i]!]!,
          effet: effetCommune + effetIris,
          loyer,
          vacance,
          idResidence: `${c.code}${String(k).padStart(4, '0')}`,
          epsg: t.decoupage.maillage.relief.param.epsg,
          numero,
        },
        h,
        sorties,
      );
      adresses += r.adresses.length;
      for (const f of tous) if (f.plein) await f.vide();
    }
    fait += c.logements;
    etape.avance(fait, pays.taille.logements);
  }
  for (const [q, f] of fichiers.rpls.entries()) {
    const modeles = dernieres.filter((_, i) => i % 2 === q);
    lignesRefusees(pays.taille.id).forEach((abime, k) =>
      f.ecrit(abime(modeles[k % modeles.length]!, k, MILLESIMES[q]!)),
    );
  }
  dernieres = [];
  etape.fin({ adresses, logements: numero });
  return adresses;
}

/** `sources.json` of the folder (data/contract/sources.ts). */
function sources(pays: Pays): Sources {
  const licence = 'Données inventées, libres de droits';
  const producteur = 'Carto OPS, pays de démonstration';
  const commun = { producteur, licence };
  const limite = (
    type: 'communes' | 'epci' | 'departements' | 'regions' | 'iris' | 'qpv',
    zonage: string,
  ) => ({
    type,
    chemin: `limites/${type}.geojson`,
    zonage,
    ...commun,
  });
  return sourcesSchema.parse({
    format: 'carto-ops/sources@1',
    titre: pays.taille.titre,
    fictif: true,
    cog: COG,
    pays: pays.taille.pays,
    emmenagesRecentsAnnees: Object.fromEntries(MILLESIMES.map((m) => [String(m), 2])),
    fichiers: [
      ...MILLESIMES.map((m) => ({
        type: 'rpls_restreint',
        chemin: `rpls/rpls_${m}_restreint.csv`,
        millesime: m,
        zonage: `COG ${m}`,
        ...commun,
      })),
      ...MILLESIMES.map((m) => ({
        type: 'ops_menages',
        chemin: `ops/ops_menages_${m}.csv`,
        millesime: m,
        zonage: `COG ${m}`,
        ...commun,
      })),
      limite('communes', `COG ${COG}`),
      limite('epci', `COG ${COG}`),
      limite('departements', `COG ${COG}`),
      limite('regions', `COG ${COG}`),
      limite('iris', 'IRIS 2024'),
      limite('qpv', 'QPV 2024'),
      { type: 'cog_communes', chemin: 'cog/communes.csv', millesime: COG, zonage: `COG ${COG}`, ...commun },
      { type: 'cog_epci', chemin: 'cog/epci.csv', millesime: COG, zonage: `COG ${COG}`, ...commun },
      ...PASSAGES.map((p) => ({
        type: 'passage',
        chemin: `cog/passage_${p.de}_${p.a}.csv`,
        millesime: p.a,
        ...commun,
      })),
      ...(pays.grandeVille ? [{ type: 'passage', chemin: 'cog/arrondissements.csv', ...commun }] : []),
      { type: 'bailleurs', chemin: 'bailleurs.csv', ...commun },
    ],
  });
}

/** Stable identity of a demo folder, for callers that want to skip rewriting it. */
export function cleDemo(taille: Taille['id'], graine: number): string {
  return empreinte('demo-1', taille, graine).toString(16).padStart(8, '0');
}
