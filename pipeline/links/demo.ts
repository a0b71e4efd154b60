/** The link of `npm run demo`: one convention, one administrator, one account and one link, without a question. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../data/contract/erreur.ts';
import { gateManifestSchema, territoireArchive, type GateManifest } from '../../data/contract/grant.ts';
import { bundleSchema } from '../../data/contract/release.ts';
import { creerConvention, nommerAdministrateur } from './conventions.ts';
import { deciderCompte, demanderCompte } from './comptes.ts';
import { emettreLien, type LienEmis } from './liens.ts';
import { ouvrirRegistre, type Registre } from './registre.ts';

const PARTIE = 'Convention de démonstration';

export interface DemandeDemo {
  /** Folder of releases; `courante` inside is the one served. */
  vers: string;
  registre: string;
  /** EPCI code; the first one of the release by default. */
  epci?: string;
  origine: string;
  horloge?: () => number;
}

/** Archives of the current release. @throws UserError when there is no release */
export async function lireManifeste(vers: string): Promise<GateManifest> {
  const fichier = join(vers, 'courante', 'bundles', 'archives.json');
  const texte = await readFile(fichier, 'utf8').catch(() => undefined);
  if (texte === undefined)
    throw new UserError('Il n’y a pas de livraison à cet endroit.', {
      hint: `Construisez-la d’abord : carto build --vers « ${vers} ».`,
    });
  return gateManifestSchema.parse(JSON.parse(texte));
}

async function nomEpci(vers: string, epci: string): Promise<string> {
  try {
    const texte = await readFile(join(vers, 'courante', 'bundles', epci, 'manifest.json'), 'utf8');
    return bundleSchema.parse(JSON.parse(texte)).territoire.nom;
  } catch {
    return `EPCI ${epci}`;
  }
}

async function compteDemo(registre: Registre, epci: string, nom: string): Promise<string> {
  for (const c of registre.etat.comptes.values()) {
    const convention = registre.etat.conventions.get(c.convention);
    if (
      c.role === 'epci' &&
      c.statut === 'valide' &&
      convention?.epci === epci &&
      convention.statut === 'active' &&
      convention.parties.includes(PARTIE) &&
      convention.fin > registre.aujourdhui()
    )
      return c.id;
  }
  const convention = await creerConvention(registre, {
    epci,
    nom,
    parties: [PARTIE],
    signature: registre.aujourdhui(),
  });
  const admin = await nommerAdministrateur(registre, convention.id, {
    nom: 'Dominique Fabre',
    mel: 'dominique.fabre@epci.example',
  });
  const { id } = await demanderCompte(registre, {
    convention: convention.id,
    role: 'epci',
    nom: 'Camille Dupré',
    mel: 'camille.dupre@epci.example',
  });
  await deciderCompte(registre, { compte: id, decision: 'valide', par: admin });
  return id;
}

/** Issue a demo link that really opens one EPCI of the current release. */
export async function lienDemo(d: DemandeDemo): Promise<LienEmis> {
  const manifeste = await lireManifeste(d.vers);
  const presents = manifeste.archives.map(territoireArchive).filter((t) => t.startsWith('epci:'));
  const epci = d.epci ?? presents[0]?.slice('epci:'.length);
  if (epci === undefined || !presents.includes(`epci:${epci}`))
    throw new UserError(`La livraison n’a pas de lot pour cet EPCI : « ${epci ?? '?'} ».`);
  const registre = await ouvrirRegistre(d.registre, d.horloge ? { horloge: d.horloge } : {});
  const compte = await compteDemo(registre, epci, await nomEpci(d.vers, epci));
  return emettreLien(registre, { compte, finalite: 'observation', origine: d.origine });
}
