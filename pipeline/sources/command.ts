/** `carto check`: validate source files and give the report that goes back to the sender. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { UserError } from '../../data/contract/erreur.ts';
import { typeSourceSchema, type TypeSource } from '../../data/contract/sources.ts';
import { ouvreBase } from '../lib/duckdb.ts';
import type { Commande } from '../lib/commande.ts';
import { COLONNES } from './colonnes.ts';
import { associe, entete, lisCsv, prepareRejets } from './csv.ts';
import { lisLimites } from './limites.ts';
import { lireSources } from './stage.ts';

const nombre = new Intl.NumberFormat('fr-FR');
const MAX_REJETS = 20;

/** Type of a CSV file, by its columns: the one declared type whose required columns are all there, richest first. */
async function devine(chemin: string): Promise<TypeSource> {
  const { noms } = await entete(chemin);
  for (const type of [
    'ops_menages',
    'rpls_restreint',
    'rpls_ouvert',
    'cog_communes',
    'cog_epci',
    'bailleurs',
  ] as const) {
    try {
      associe(basename(chemin), noms, COLONNES[type] ?? []);
      return type;
    } catch {
      continue;
    }
  }
  throw new UserError(`${basename(chemin)} : type de fichier non reconnu.`, {
    hint: `Précisez-le avec --type. Types : ${typeSourceSchema.options.join(', ')}.`,
  });
}

export const commande: Commande = {
  nom: 'check',
  resume: 'vérifie des fichiers sources et dit ce qui serait refusé, ligne par ligne',
  positionnels: 'FICHIER… (ou un dossier qui contient sources.json)',
  options: { type: { type: 'string', valeur: 'TYPE', aide: 'type des fichiers, quand il ne se devine pas' } },
  async run({ values, positionals }, { json, ecrit, journal }) {
    if (positionals.length === 0)
      throw new UserError('Aucun fichier à vérifier.', {
        code: 2,
        hint: 'Exemple : carto check rpls_2022.csv',
      });
    const rapports: unknown[] = [];
    let refusees = 0;
    for (const chemin of positionals) {
      const dossier = await readFile(join(chemin, 'sources.json')).then(
        () => true,
        () => false,
      );
      const base = await ouvreBase();
      try {
        await prepareRejets(base);
        if (dossier) {
          const sortie = await mkdtemp(join(tmpdir(), 'carto-check-'));
          try {
            const m = await lireSources(chemin, sortie, journal);
            for (const l of m.lues) {
              refusees += l.comptes.rejetees;
              rapports.push({ fichier: l.nom, type: l.type, ...l.comptes });
              if (!json)
                ecrit(
                  `${l.nom} (${l.type}) : ${nombre.format(l.comptes.entree)} lignes, ${nombre.format(l.comptes.gardees)} gardées, ${nombre.format(l.comptes.rejetees)} refusées`,
                );
            }
          } finally {
            await rm(sortie, { recursive: true, force: true });
          }
          continue;
        }
        const type =
          values.type === undefined
            ? /\.(geojson|json|gpkg)(\.gz)?$/i.test(chemin)
              ? 'communes'
              : await devine(chemin)
            : typeSourceSchema.parse(values.type);
        const colonnes = COLONNES[type];
        const r =
          colonnes === undefined
            ? await lisLimites(chemin, { type, chemin })
            : {
                ...(await lisCsv(base, chemin, 'lecture', colonnes)),
                rejets: await base.lignes<{
                  ligne: number;
                  colonne: string;
                  recu: string;
                  attendu: string;
                  remede: string;
                }>(
                  `select ligne, colonne, recu, attendu, remede from rejets order by ligne limit ${MAX_REJETS}`,
                ),
              };
        refusees += r.comptes.rejetees;
        rapports.push({
          fichier: basename(chemin),
          dossier: basename(dirname(chemin)),
          type,
          ...r.comptes,
          rejets: r.rejets,
        });
        if (json) continue;
        ecrit(
          `${basename(chemin)} (${type}) : ${nombre.format(r.comptes.entree)} lignes lues, ${nombre.format(r.comptes.gardees)} gardées, ${nombre.format(r.comptes.rejetees)} refusées`,
        );
        for (const x of r.rejets.slice(0, MAX_REJETS))
          ecrit(
            `  ligne ${x.ligne}, colonne ${x.colonne} : reçu « ${x.recu} », attendu ${x.attendu}.${'remede' in x ? ` ${x.remede}` : ''}`,
          );
        if (r.comptes.rejetees > MAX_REJETS)
          ecrit(`  … et ${nombre.format(r.comptes.rejetees - MAX_REJETS)} autres.`);
      } finally {
        base.ferme();
      }
    }
    if (json) ecrit(JSON.stringify(rapports));
    else
      ecrit(
        refusees === 0
          ? 'Aucune ligne refusée.'
          : `${nombre.format(refusees)} lignes refusées en tout : corrigez-les ou acceptez leur absence.`,
      );
  },
};
