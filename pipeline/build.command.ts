import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../data/contract/erreur.ts';
import { construire } from './build.ts';
import type { Commande } from './lib/commande.ts';

function choix(v: unknown): boolean {
  if (v === 'exiges' || v === 'souples') return v === 'exiges';
  throw new UserError(`Option --totaux : reçu « ${String(v)} », attendu souples ou exiges.`, { code: 2 });
}

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
    registre: {
      type: 'string',
      valeur: 'DIR',
      default: 'data/registre',
      aide: 'registre dont les comptes ont des lots à leur portée, et dont la clé scelle la livraison',
    },
    totaux: {
      type: 'string',
      valeur: 'souples|exiges',
      default: 'souples',
      aide: 'exiges : refuse la livraison si un total de la France aux EPCI ne peut pas rester publié',
    },
    jobs: { type: 'string', valeur: 'N', default: '2', aide: 'archives fabriquées en même temps' },
  },
  async run({ values }, { journal, json, ecrit }) {
    const registre = String(values.registre);
    const present = existsSync(join(registre, 'journal.jsonl'));
    if (!present)
      journal.attention(
        `Il n’y a pas de registre dans « ${registre} » : la livraison n’est pas scellée, les communes n’ont pas de lot.`,
      );
    const release = await construire({
      sources: String(values.sources),
      vers: String(values.vers),
      fils: Number(values.jobs),
      journal,
      exigeTotaux: choix(values.totaux),
      ...(present ? { registre } : {}),
    });
    if (json)
      ecrit(
        JSON.stringify({ release: release.id, tuiles: release.tuiles.length, tables: release.tables.length }),
      );
    else ecrit(`Livraison ${release.id} prête : ${join(String(values.vers), 'courante')}`);
  },
};
