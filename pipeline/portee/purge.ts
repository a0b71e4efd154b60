/**
 * End of a convention: its bundles are destroyed in every release kept here, and a certificate says which bytes, when, by
 * whom (convention, annexe 2, art. 3). What another running convention opens stays.
 */
import { existsSync } from 'node:fs';
import { readFile, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  gateManifestSchema,
  territoireArchive,
  type GateArchive,
  type GateManifest,
} from '../../data/contract/grant.ts';
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
  const dossierCertificats = join(registre.dossier, 'certificats');
  const enCours = join(dossierCertificats, `.purge-${c.id}.encours`);
  // A purge killed in the middle had destroyed files that nobody can count any more, but for this list.
  const repris = await lireEnCours(enCours);
  const cartes = new Map(
    repris.filter((f) => f.fichier.endsWith('.pmtiles')).map((f) => [f.sha256, f.taille]),
  );
  const aFaire: { dossier: string; liste: GateManifest; parties: GateArchive[] }[] = [];
  const trouves = new Map(repris.map((f) => [`${f.livraison}/${f.fichier}`, f]));
  for (const { dossier, liste } of await listes(d.vers)) {
    const parties = liste.archives.filter((a) => detruits.includes(territoireArchive(a)));
    if (parties.length === 0) continue;
    aFaire.push({ dossier, liste, parties });
    for (const a of parties) {
      const chemin = join(dossier, 'bundles', a.fichier);
      const etat = await stat(chemin).catch(() => undefined);
      if (!etat) continue;
      // The digest of the bytes found, not of those announced: the certificate speaks of what was there.
      const empreinte = await sha256File(chemin);
      if (a.produit === 'carte') cartes.set(empreinte, etat.size);
      const f = { livraison: liste.release, fichier: a.fichier, taille: etat.size, sha256: empreinte };
      trouves.set(`${f.livraison}/${f.fichier}`, f);
    }
  }
  certificat.detruits = [...trouves.values()];
  const anciens = registre.etat.purges.filter((p) => p.convention === c.id && p.fichiers > 0);
  if (trouves.size === 0 && anciens.length > 0)
    throw new RefusRegistre(
      'purged',
      `Les lots de la convention de ${c.nom} sont déjà détruits, le ${dateLongue(anciens.at(-1)?.date ?? '')}.`,
      `Le certificat est dans « ${dossierCertificats} ».`,
    );
  await writeJson(enCours, certificat.detruits);
  for (const { dossier, liste, parties } of aFaire) {
    // The list first: from here no session opens them, whatever happens next.
    const restes = liste.archives.filter((a) => !parties.includes(a));
    await ecrireListe(dossier, liste.release, restes, liste.sceau === undefined ? undefined : scelleur);
    for (const nom of new Set(parties.map((a) => a.fichier.slice(0, a.fichier.indexOf('/')))))
      await rm(join(dossier, 'bundles', nom), { recursive: true, force: true });
  }
  await effacerRestes(d.vers, repris);
  await purgerCache(d.vers, cartes);
  const fichier = nomLibre(join(dossierCertificats, `purge-${c.id}-${certificat.date}`));
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
  await rm(enCours, { force: true });
  return { certificat, fichier: `${fichier}.txt` };
}

/** Killed between a list and its files: what no list names any more goes too. */
async function effacerRestes(vers: string, repris: Certificat['detruits']): Promise<void> {
  const tete = (fichier: string) => fichier.slice(0, fichier.indexOf('/'));
  for (const { dossier, liste } of repris.length > 0 ? await listes(vers) : []) {
    const nommes = new Set(liste.archives.map((a) => tete(a.fichier)));
    for (const { livraison, fichier } of repris)
      if (livraison === liste.release && !nommes.has(tete(fichier)))
        await rm(join(dossier, 'bundles', tete(fichier)), { recursive: true, force: true });
  }
}

async function lireEnCours(fichier: string): Promise<Certificat['detruits']> {
  const texte = await readFile(fichier, 'utf8').catch(() => '[]');
  return JSON.parse(texte) as Certificat['detruits'];
}

/** A certificate is a proof: the second one of a day stands beside the first. */
function nomLibre(base: string): string {
  let nom = base;
  for (let n = 2; existsSync(`${nom}.json`) || existsSync(`${nom}.txt`); n++) nom = `${base}-${n}`;
  return nom;
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
