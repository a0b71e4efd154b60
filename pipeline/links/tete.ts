/** Signed head of the journal, `tete.jws`: copied elsewhere, it proves later that no line was cut from the end. */
import { readFileSync } from 'node:fs';
import { createPublicKey, verify } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { UserError } from '../../data/contract/erreur.ts';
import { entete as texteEntete } from '../../data/contract/grant.ts';
import { writeAtomic } from '../lib/files.ts';
import type { Chaine } from './chaine.ts';
import type { Coffre } from './coffre.ts';
import { EVENEMENTS, type Etat } from './etat.ts';

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

/** Lines of a register that has just been created: killed before its first head, it has none yet. */
const NAISSANCE = 3;

/** Content of a head signed by one of these keys; undefined for anything else. */
function lireTete(texte: string, chaine: Chaine): z.infer<typeof teteSchema> | undefined {
  const [entete = '', corps = '', signature = '', ...trop] = texte.trim().split('.');
  if (trop.length > 0) return undefined;
  const octets = Buffer.from(`${entete}.${corps}`);
  try {
    // Keys retired since: a copy kept elsewhere may be older than the retirement.
    const cles = chaine.lignes.flatMap((l) => (l.type === 'cle' ? [EVENEMENTS.cle.parse(l.d)] : []));
    const tient = cles.some(
      ({ kid, usage, x }) =>
        usage === 'liste' &&
        Buffer.from(entete, 'base64url').toString() === texteEntete('EdDSA', kid, 'th+jwt') &&
        verify(
          null,
          octets,
          createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' }),
          Buffer.from(signature, 'base64url'),
        ),
    );
    return tient ? teteSchema.parse(JSON.parse(Buffer.from(corps, 'base64url').toString())) : undefined;
  } catch {
    return undefined;
  }
}

/** Text of the signed head, to be read before the journal: what it saw is then in what is read. */
export function texteTete(dossier: string): string | undefined {
  try {
    return readFileSync(fichier(dossier), 'utf8');
  } catch (erreur) {
    if ((erreur as NodeJS.ErrnoException).code !== 'ENOENT') throw erreur;
    return undefined;
  }
}

const COPIE = 'Reprenez la dernière copie intacte du registre, puis comparez les deux.';

/**
 * The journal must hold at least what the head saw, unchanged. A longer journal is a kill between line and head.
 * @param texte of the head, read before the journal
 * @returns line of the head, 0 for a register that has none yet
 * @throws UserError when it is missing, not signed by a list key of the journal, or when lines are missing
 */
export function controlerTete(chaine: Chaine, texte: string | undefined): number {
  if (texte === undefined) {
    if (chaine.lignes.length <= NAISSANCE) return 0;
    throw new UserError('La tête signée du registre manque : rien ne prouve qu’il est entier.', {
      hint: 'Remettez le fichier « tete.jws » depuis votre copie du registre, puis : carto convention verifier.',
      code: 4,
    });
  }
  const tete = lireTete(texte, chaine);
  if (!tete)
    throw new UserError('La tête du registre n’est pas signée par une clé de ce registre.', {
      hint: COPIE,
      code: 4,
    });
  if (tete.n > 0 && chaine.empreintes[tete.n - 1] !== tete.tete)
    throw new UserError('Le registre ne correspond pas à sa tête signée : des lignes ont été retirées.', {
      hint: COPIE,
      code: 4,
    });
  return tete.n;
}
