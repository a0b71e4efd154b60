/** Signed head of the journal, `tete.jws`: copied elsewhere, it proves later that no line was cut from the end. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compactVerify, decodeJwt, importJWK } from 'jose';
import { z } from 'zod';
import { UserError } from '../../data/contract/erreur.ts';
import { writeAtomic } from '../lib/files.ts';
import type { Chaine } from './chaine.ts';
import type { Coffre } from './coffre.ts';
import type { Etat } from './etat.ts';

const teteSchema = z.strictObject({ n: z.int(), tete: z.string(), iat: z.int() });

const fichier = (dossier: string) => join(dossier, 'tete.jws');

/** Sign the head after the last line. */
export async function ecrireTete(registre: {
  dossier: string;
  coffre: Coffre;
  chaine: Chaine;
  etat: Etat;
  maintenant(): number;
}): Promise<void> {
  const cle = [...registre.etat.cles.values()].findLast((c) => c.usage === 'liste');
  if (!cle) return;
  const charge = {
    n: registre.chaine.lignes.length,
    tete: registre.chaine.tete,
    iat: registre.maintenant(),
  };
  await writeAtomic(
    fichier(registre.dossier),
    await registre.coffre.signer(cle.kid, 'th+jwt', teteSchema, charge),
  );
}

/**
 * The journal must hold at least what the head saw, unchanged. A longer journal is a kill between line and head.
 * @throws UserError when lines are missing
 */
export function controlerTete(dossier: string, chaine: Chaine): void {
  let texte: string;
  try {
    texte = readFileSync(fichier(dossier), 'utf8');
  } catch {
    return;
  }
  const tete = teteSchema.parse(decodeJwt(texte));
  if (tete.n > 0 && chaine.empreintes[tete.n - 1] !== tete.tete)
    throw new UserError('Le registre ne correspond pas à sa tête signée : des lignes ont été retirées.', {
      hint: 'Reprenez la dernière copie intacte du registre, puis comparez les deux.',
      code: 4,
    });
}

/** Verify the signature of a head (this register's or a copy kept elsewhere) against the keys of the journal. */
export async function verifierTete(
  dossier: string,
  chaine: Chaine,
  etat: Etat,
  copie?: string,
): Promise<number> {
  const texte = copie ?? readFileSync(fichier(dossier), 'utf8');
  for (const { usage, x } of etat.cles.values()) {
    if (usage !== 'liste') continue;
    try {
      const cle = await importJWK({ kty: 'OKP', crv: 'Ed25519', x }, 'EdDSA');
      const { payload } = await compactVerify(texte.trim(), cle, { algorithms: ['EdDSA'] });
      const tete = teteSchema.parse(JSON.parse(new TextDecoder().decode(payload)));
      if (chaine.empreintes[tete.n - 1] === tete.tete) return tete.n;
    } catch {
      // Another list key may have signed it.
    }
  }
  throw new UserError('La tête du registre n’est pas signée par une clé de ce registre.', { code: 4 });
}
