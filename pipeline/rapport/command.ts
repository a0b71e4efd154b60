/** `carto rapport`: write the report of a release again, from the files its build left. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../data/contract/erreur.ts';
import type { Commande } from '../lib/commande.ts';
import { ecrireRapport } from './stage.ts';

/**
 * A build refused after its secret stage leaves newer confidential files beside the release still in place: a report would
 * then tell the losses of one and the audit of the other.
 */
async function memeCalcul(vers: string, release: string): Promise<void> {
  const lu = async (chemin: string) => readFile(chemin, 'utf8').catch(() => '');
  const publie = join(vers, 'travail', 'publie');
  // A release handed over without its working folder has no newer run beside it.
  if (!existsSync(publie)) return;
  const calcul = await lu(join(publie, 'cle.txt'));
  if (calcul !== '' && (await lu(join(release, 'release.json'))).includes(`"${calcul}"`)) return;
  throw new UserError(
    'Le dossier confidentiel n’est pas celui de la livraison en place : un calcul plus récent l’a remplacé.',
    {
      hint: 'Menez ce calcul à son terme avec carto build ; le rapport sera écrit avec la livraison.',
    },
  );
}

export const commande: Commande = {
  nom: 'rapport',
  resume:
    'écrit le rapport confidentiel d’une livraison : entrées, pertes par échelle et variable, cartes, causes',
  options: {
    vers: { type: 'string', valeur: 'DIR', default: 'data/releases/demo', aide: 'dossier des livraisons' },
  },
  async run({ values }, { journal, json, ecrit }) {
    const vers = String(values.vers);
    const release = join(vers, 'courante');
    if (!existsSync(release))
      throw new UserError(`Aucune livraison dans « ${vers} ».`, {
        hint: 'Construisez-en une avec carto build, ou indiquez son dossier avec --vers DIR.',
        code: 2,
      });
    await memeCalcul(vers, release);
    const page = await ecrireRapport({ confidentiel: join(vers, 'confidentiel'), release }, journal);
    ecrit(json ? JSON.stringify({ page }) : `Rapport confidentiel écrit : ${page}`);
  },
};
