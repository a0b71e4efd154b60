/**
 * End of a convention: its bundles are destroyed in every release kept here, and a certificate says which bytes, when, by
 * whom (convention, annexe 2, art. 3). What another running convention opens stays.
 */
import { existsSync } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { gateManifestSchema, territoireArchive, type GateManifest } from '../../data/contract/grant.ts';
import { ecrireListe, type Scelleur } from '../bundles/stage.ts';
import { sha256, sha256File, writeAtomic, writeJson } from '../lib/files.ts';
import { convention } from '../links/conventions.ts';
import { dateLongue } from '../links/dates.ts';
import { territoires } from '../links/publication.ts';
import { cleLivraison, RefusRegistre, type Registre } from '../links/registre.ts';

import { conventionCourt } from './besoins.ts';
import { lireForme } from './lecture.ts';

export interface Certificat {
  format: 'carto-ops/certificat@1';
  convention: string;
  epci: string;
  nom: string;
  /** Day of the destruction, and who answers for it. */
  date: string;
  signataire: string;
  detruits: { livraison: string; fichier: string; taille: number; sha256: string }[];
  /** Territories that another running convention opens. */
  conserves: string[];
}

/** Territories of a convention, split by whether another one still needs them. */
export function aDetruire(registre: Registre, id: string): { detruits: string[]; conserves: string[] } {
  const siens = new Set(territoires(convention(registre, id)));
  for (const c of registre.etat.comptes.values())
    if (c.convention === id) for (const t of c.territoires) siens.add(t);
  const autres = new Set(
    [...registre.etat.conventions.values()]
      .filter((c) => c.id !== id && conventionCourt(registre, c.id))
      .flatMap((c) => territoires(c)),
  );
  const tous = [...siens].toSorted();
  return { detruits: tous.filter((t) => !autres.has(t)), conserves: tous.filter((t) => autres.has(t)) };
}

async function listes(vers: string): Promise<{ dossier: string; liste: GateManifest }[]> {
  const trouvees: { dossier: string; liste: GateManifest }[] = [];
  for (const nom of (await readdir(join(vers, 'releases')).catch(() => [])).toSorted()) {
    const dossier = join(vers, 'releases', nom);
    const fichier = join(dossier, 'bundles', 'archives.json');
    if (existsSync(fichier)) trouvees.push({ dossier, liste: await lireForme(gateManifestSchema, fichier) });
  }
  return trouvees;
}

/** The cache of archives holds the same bytes under other names: they go too. */
export async function purgerCache(vers: string, cartes: ReadonlyMap<string, number>): Promise<void> {
  const cache = join(vers, 'travail', 'tuiles');
  const tailles = new Set(cartes.values());
  for (const nom of await readdir(cache).catch(() => [])) {
    const chemin = join(cache, nom);
    const etat = await stat(chemin);
    if (etat.isFile() && tailles.has(etat.size) && cartes.has(await sha256File(chemin))) await rm(chemin);
  }
}

/**
 * Destroy the bundles of a convention that is over.
 * @throws RefusRegistre when it still runs
 */
export async function purger(
  registre: Registre,
  d: { convention: string; vers: string; signataire: string },
): Promise<{ certificat: Certificat; fichier: string }> {
  const c = convention(registre, d.convention);
  if (conventionCourt(registre, c.id))
    throw new RefusRegistre(
      'running',
      `La convention de ${c.nom} court jusqu’au ${dateLongue(c.fin)} : rien n’est détruit.`,
      'Désactivez-la d’abord, avec son motif : carto convention desactiver.',
    );
  const { detruits, conserves } = aDetruire(registre, c.id);
  const cle = await cleLivraison(registre);
  const scelleur: Scelleur = {
    cle,
    sceller: (objet, empreinte) => registre.coffre.sceller(cle.kid, objet, empreinte),
  };
  const certificat: Certificat = {
    format: 'carto-ops/certificat@1',
    convention: c.id,
    epci: c.epci,
    nom: c.nom,
    date: registre.aujourdhui(),
    signataire: d.signataire,
    detruits: [],
    conserves,
  };
  const cartes = new Map<string, number>();
  for (const { dossier, liste } of await listes(d.vers)) {
    const parties = liste.archives.filter((a) => detruits.includes(territoireArchive(a)));
    if (parties.length === 0) continue;
    for (const a of parties) {
      const chemin = join(dossier, 'bundles', a.fichier);
      const etat = await stat(chemin).catch(() => undefined);
      if (!etat) continue;
      // The digest of the bytes found, not of those announced: the certificate speaks of what was there.
      const empreinte = await sha256File(chemin);
      if (a.produit === 'carte') cartes.set(empreinte, etat.size);
      certificat.detruits.push({
        livraison: liste.release,
        fichier: a.fichier,
        taille: etat.size,
        sha256: empreinte,
      });
    }
    // The list first: from here no session opens them, whatever happens next.
    const restes = liste.archives.filter((a) => !parties.includes(a));
    await ecrireListe(dossier, liste.release, restes, liste.sceau === undefined ? undefined : scelleur);
    for (const nom of new Set(parties.map((a) => a.fichier.slice(0, a.fichier.indexOf('/')))))
      await rm(join(dossier, 'bundles', nom), { recursive: true, force: true });
  }
  await purgerCache(d.vers, cartes);
  const fichier = join(registre.dossier, 'certificats', `purge-${c.id}-${certificat.date}`);
  const texte = JSON.stringify(certificat);
  const empreinte = sha256(`${texte}\n`);
  await writeJson(`${fichier}.json`, certificat);
  const sceau = await scelleur.sceller(`purge:${c.id}`, empreinte);
  await writeAtomic(`${fichier}.txt`, texteCertificat(certificat, empreinte, sceau));
  await registre.operer(() => {
    registre.ecrire('purge', {
      convention: c.id,
      par: d.signataire,
      fichiers: certificat.detruits.length,
      octets: certificat.detruits.reduce((s, f) => s + f.taille, 0),
      certificat: empreinte,
    });
    return Promise.resolve();
  });
  return { certificat, fichier: `${fichier}.txt` };
}

function texteCertificat(c: Certificat, empreinte: string, sceau: string): string {
  const lignes = c.detruits.map((f) => `${f.sha256}  ${f.taille}  ${f.livraison}/${f.fichier}`);
  return `Certificat de destruction

Convention ${c.convention}, ${c.nom} (${c.epci}).
Fichiers détruits le ${dateLongue(c.date)} par ${c.signataire} : ${c.detruits.length}.
Territoires conservés parce qu’une autre convention les ouvre : ${c.conserves.join(', ') || 'aucun'}.

Empreinte (sha256), taille en octets, fichier :
${lignes.join('\n') || 'aucun fichier trouvé'}

Ce certificat porte sur les livraisons de ce service et sur leurs copies de travail. Les tables du producteur, dont il
reste propriétaire, et les copies déjà téléchargées par les destinataires, dont ils attestent eux-mêmes la destruction,
n’en font pas partie.

Empreinte de ce certificat (fichier JSON) : ${empreinte}
Sceau : ${sceau}

Fait le ${dateLongue(c.date)}                    Signature :
`;
}
