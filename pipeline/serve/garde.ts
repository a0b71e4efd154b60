/** Settings of a gate from a register folder and a folder of releases. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../data/contract/erreur.ts';
import { gardeSchema, gateManifestSchema } from '../../data/contract/grant.ts';
import type { EvenementAudit } from '../../site/gate/audit.ts';
import { creerMagasinFs, type MagasinFs } from '../../site/gate/magasin-fs.ts';
import type { GateConfig, Limites, Maitre } from '../../site/gate/types.ts';
import { lireSeau, ouvrirSeau } from './seau.ts';

export interface OptionsGarde {
  /** `<registre>/garde`: what the register publishes. */
  dossier: string;
  vers: string;
  origines: readonly string[];
  audit?: (evenement: EvenementAudit) => void;
  limites?: Partial<Limites>;
  horloge?: () => number;
}

/** Read keys and settings; lists and manifest are read again by the gate while it runs. */
export async function configGarde(o: OptionsGarde): Promise<{ config: GateConfig; magasin: MagasinFs }> {
  const lire = (nom: string) => readFile(join(o.dossier, nom), 'utf8');
  const lireMaitres = async (): Promise<Maitre[]> => {
    const { maitres } = JSON.parse(await lire('maitre.json')) as {
      maitres: { id: string; octets: string }[];
    };
    return maitres.map((m) => ({ id: m.id, octets: Uint8Array.from(Buffer.from(m.octets, 'base64url')) }));
  };
  let garde, maitres;
  try {
    garde = gardeSchema.parse(JSON.parse(await lire('garde.json')));
    maitres = await lireMaitres();
  } catch (cause) {
    throw new UserError('Les réglages de la garde sont absents ou illisibles.', {
      hint: `Dossier attendu : « ${o.dossier} ». Créez une convention, ou copiez-y le dossier « garde » du registre.`,
      cause,
    });
  }
  const bundles = join(o.vers, 'courante', 'bundles');
  const acces = await lireSeau(o.dossier);
  const seau = acces ? ouvrirSeau(acces) : undefined;
  const magasin: MagasinFs = seau
    ? { ...seau.magasin, fermer: () => Promise.resolve() }
    : creerMagasinFs(bundles);
  const config: GateConfig = {
    garde,
    maitres,
    relireMaitres: lireMaitres,
    origines: o.origines,
    magasin,
    ...(acces?.redirection === undefined ? {} : { redirection: acces.redirection }),
    manifeste: async () =>
      seau
        ? seau.manifeste()
        : gateManifestSchema.parse(JSON.parse(await readFile(join(bundles, 'archives.json'), 'utf8'))),
    publie: lire,
    ...(o.audit ? { audit: o.audit } : {}),
    ...(o.limites ? { limites: o.limites } : {}),
    ...(o.horloge ? { horloge: o.horloge } : {}),
  };
  return { config, magasin };
}
