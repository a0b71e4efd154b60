import { join } from 'node:path';
import { construire } from './build.ts';
import type { Commande } from './lib/commande.ts';

export const commande: Commande = {
  nom: 'build',
  resume: 'construit une livraison complète depuis un dossier de sources',
  options: {
    sources: {
      type: 'string',
      valeur: 'DIR',
      default: 'data/sources/demo-pays',
      aide: 'dossier qui contient sources.json',
    },
    vers: { type: 'string', valeur: 'DIR', default: 'data/releases/demo', aide: 'dossier des livraisons' },
    jobs: { type: 'string', valeur: 'N', default: '2', aide: 'archives fabriquées en même temps' },
  },
  async run({ values }, { journal, json, ecrit }) {
    const release = await construire({
      sources: String(values.sources),
      vers: String(values.vers),
      fils: Number(values.jobs),
      journal,
    });
    if (json)
      ecrit(
        JSON.stringify({ release: release.id, tuiles: release.tuiles.length, tables: release.tables.length }),
      );
    else ecrit(`Livraison ${release.id} prête : ${join(String(values.vers), 'courante')}`);
  },
};
