/** What the conventions ask: rotation, oppositions, register of processing, breach, report, destruction, import. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { gateManifestSchema } from '../../data/contract/grant.ts';
import { journalMuet } from '../../pipeline/lib/journal.ts';
import { sha256 } from '../../pipeline/lib/files.ts';
import { clesVues, renouvelerCle, retirerCle } from '../../pipeline/links/cles.ts';
import { deciderCompte, demanderCompte } from '../../pipeline/links/comptes.ts';
import { creerConvention, nommerAdministrateur } from '../../pipeline/links/conventions.ts';
import { importerDemandes } from '../../pipeline/links/import.ts';
import { dossierIncident, notification } from '../../pipeline/links/incident.ts';
import { lireAudit } from '../../pipeline/links/journal-audit.ts';
import { emettreLien, prolongerLien, revoquer } from '../../pipeline/links/liens.ts';
import { opposer, retirerOpposition } from '../../pipeline/links/oppositions.ts';
import { codeQr } from '../../pipeline/links/qr.ts';
import { ouvrirRegistre, type Registre } from '../../pipeline/links/registre.ts';
import { rapportSuivi, suiviConvention } from '../../pipeline/links/suivi.ts';
import { masquages, reponses } from '../../pipeline/links/suivi-lot.ts';
import { lireTraitement, MODELE, registreTraitements } from '../../pipeline/links/traitement.ts';
import { ajouterLots } from '../../pipeline/portee/ajout.ts';
import { purger } from '../../pipeline/portee/purge.ts';
import { servir } from '../../pipeline/serve/command.ts';
import { ouvrirSession } from '../../site/archive/session.ts';
import { lireArchive } from '../../site/archive/source.ts';
import { COMMUNE, ecrirePublie, EPCI, TABLE, VOISINE } from './publie.ts';

let racine: string;
let registre: Registre;
let convention: string;
let admin: string;
let usager: string;
const ORIGINE = 'http://localhost:1';

beforeEach(async () => {
  racine = mkdtempSync(join(tmpdir(), 'carto-devoirs-'));
  registre = await ouvrirRegistre(join(racine, 'registre'));
  ({ id: convention } = await creerConvention(registre, {
    epci: EPCI,
    nom: 'CC Essai',
    parties: ['AR'],
    signature: registre.aujourdhui(),
    communes: [COMMUNE],
  }));
  admin = await nommerAdministrateur(registre, convention, {
    nom: 'Claire',
    mel: 'claire.morin@epci.example',
  });
  usager = await compte({
    role: 'commune',
    commune: COMMUNE,
    reference: 'D-1',
    mel: 'luc.blanc@ville.example',
  });
});
afterEach(() => rmSync(racine, { recursive: true, force: true }));

async function compte(d: { role: 'commune' | 'epci' | 'tiers'; mel: string } & Record<string, unknown>) {
  const { id } = await demanderCompte(registre, { convention, nom: 'Luc Blanc', ...d });
  await deciderCompte(registre, { compte: id, decision: 'valide', par: admin });
  return id;
}
const lien = (o: { parent?: string } = {}) =>
  emettreLien(registre, { compte: usager, finalite: 'observation', origine: ORIGINE, ...o });

test('rotation: the new key signs, the old one stays until nothing depends on it', async () => {
  const ancien = await lien();
  const premiere = registre.etat.liens.get(ancien.jti)?.kid ?? '';
  await expect(retirerCle(registre, { kid: premiere, motif: 'annuel', force: false })).rejects.toMatchObject({
    motif: 'current-key',
  });
  const { kid } = await renouvelerCle(registre, 'grant');
  const neuf = await prolongerLien(registre, { jti: ancien.jti, origine: ORIGINE });
  expect(registre.etat.liens.get(neuf.jti)?.kid).toBe(kid);
  await expect(retirerCle(registre, { kid: premiere, motif: 'annuel', force: false })).rejects.toMatchObject({
    motif: 'links',
  });
  await revoquer(registre, { cible: 'jti', id: ancien.jti, motif: 'remplacé' });
  await retirerCle(registre, { kid: premiere, motif: 'annuel', force: false });
  expect(clesVues(registre).filter((c) => c.usage === 'grant')).toEqual([
    { kid, usage: 'grant', courante: true, liens: 1 },
  ]);
  // Read again from the disk: the journal holds, and the gate's folder has one key of each use.
  const relu = await ouvrirRegistre(registre.dossier);
  expect(relu.etat.revoques.kid.has(premiere)).toBe(true);
  const garde = JSON.parse(readFileSync(join(registre.dossier, 'garde', 'garde.json'), 'utf8')) as {
    cles: { kid: string }[];
  };
  expect(garde.cles.map((c) => c.kid)).not.toContain(premiere);
});

test('a landlord’s opposition is recorded once, withdrawn in writing, and counted', async () => {
  await opposer(registre, { bailleur: '301234567', motif: 'courrier du 3 mars' });
  await expect(opposer(registre, { bailleur: '301234567', motif: 'encore' })).rejects.toMatchObject({
    motif: 'duplicate',
  });
  expect(registreTraitements(registre, MODELE)).toMatch(/Oppositions de bailleurs.*: 1/);
  await retirerOpposition(registre, { bailleur: '301234567', reference: 'courrier du 4 mai' });
  expect((await ouvrirRegistre(registre.dossier)).etat.oppositions.size).toBe(0);
});

test('the register of processing refuses a processor without written consent, and names recipients', async () => {
  const fichier = join(racine, 'traitement.json');
  await expect(lireTraitement(fichier)).rejects.toThrow(/Il manque la description du traitement/);
  const [hebergeur] = MODELE.sousTraitants;
  const sans = { ...MODELE, sousTraitants: [{ ...hebergeur, consentement: undefined }] };
  writeFileSync(fichier, JSON.stringify(sans));
  await expect(lireTraitement(fichier)).rejects.toThrow(/sousTraitants\.0\.consentement/);
  writeFileSync(fichier, JSON.stringify(MODELE));
  const texte = registreTraitements(registre, await lireTraitement(fichier));
  expect(texte).toContain(`CC Essai (${EPCI}), convention ${convention}`);
  expect(texte).toContain('Hébergeur, hébergement du site et des archives (France)');
  expect(texte).not.toContain('luc.blanc@');
});

test('import: each row stands alone, the header is checked before anything is recorded', async () => {
  const fichier = join(racine, 'demandes.csv');
  writeFileSync(fichier, 'convention;role;nom;courriel\nx;y;z;t\n');
  await expect(importerDemandes(registre, fichier)).rejects.toThrow(
    /il manque mel.*colonne inconnue courriel/,
  );
  writeFileSync(
    fichier,
    [
      '\ufeffconvention;role;nom;mel;commune;reference',
      `${convention};epci;Ève Roy;eve.roy@epci.example;;`,
      `${convention};epci;Mairie;mairie@ville.example;;`,
      '',
      `${convention};maire;Jean;jean.petit@ville.example;;`,
      `${convention};commune;Zoé;zoe.leroy@ville.example;${VOISINE};D-9`,
    ].join('\r\n'),
  );
  const r = await importerDemandes(registre, fichier);
  expect(r.map((x) => [x.ligne, x.compte !== undefined])).toEqual([
    [2, true],
    [3, false],
    [5, false],
    [6, false],
  ]);
  expect(r[1]?.refus).toMatch(/adresse générique/);
  expect(r[2]?.refus).toContain('reçu');
  expect(r[3]?.refus).toContain(`com:${VOISINE}`);
});

test('QR code: a private file, and nothing for a dry run', async () => {
  const l = await lien();
  const fichier = join(racine, 'lien.svg');
  await codeQr(l, fichier);
  expect(readFileSync(fichier, 'utf8')).toMatch(/^<svg [\s\S]+<\/svg>/);
  expect(statSync(fichier).mode & 0o777).toBe(0o600);
  expect(await codeQr(l, '-')).toMatch(/[█▀▄]{5}/);
  expect(await codeQr({ url: '' }, join(racine, 'rien.svg'))).toBe('');
  expect(existsSync(join(racine, 'rien.svg'))).toBe(false);
  await expect(codeQr(l, join(racine, 'lien.png'))).rejects.toThrow(/SVG/);
});

test('after a real session: incident, report, then destruction with a certificate', async () => {
  const vers = join(racine, 'vers');
  ecrirePublie(vers);
  const parent = await lien();
  const enfant = await lien({ parent: parent.jti });
  await ajouterLots({ vers, registre: registre.dossier, journal: journalMuet });
  const service = await servir({ vers, site: join(racine, 'site'), registre: registre.dossier, port: 0 });
  const session = await ouvrirSession(enfant.url.split('#g1.')[1] ?? '', 'observation', {
    base: service.origine,
  });
  const table = session.archive('table');
  if (!table) throw new Error('no table');
  await lireArchive(session, table);
  await service.arreter(500);

  registre.relire();
  const evenements = await lireAudit(registre.dossier);
  const liste = () =>
    gateManifestSchema.parse(
      JSON.parse(readFileSync(join(vers, 'courante', 'bundles', 'archives.json'), 'utf8')),
    );
  const maintenant = registre.maintenant();
  const incident = await dossierIncident(registre, evenements, liste().archives, {
    cible: 'jti',
    objet: parent.jti,
    depuis: maintenant - 3600,
    jusqua: maintenant + 60,
    decouverte: maintenant,
    faits: 'Un lien a été transféré hors de l’EPCI.',
  });
  expect(incident.liens.map((l) => l.jti).toSorted()).toEqual([parent.jti, enfant.jti].toSorted());
  expect(incident.sessions.map((s) => s.jti)).toEqual([enfant.jti]);
  expect(incident.octets).toBe(table.taille);
  expect(incident.fichiers).toEqual([
    { id: table.id, fichier: `${COMMUNE}/table.json`, territoire: `com:${COMMUNE}`, sha256: table.sha256 },
  ]);
  expect(Date.parse(incident.echeance) - Date.parse(incident.decouverte)).toBe(86_400_000);
  const texte = notification(incident, MODELE);
  expect(texte).toContain('Luc Blanc, luc.blanc@ville.example');
  expect(texte).not.toMatch(/eyJ|127\.0\.0\.1/);

  const c = registre.etat.conventions.get(convention);
  if (!c) throw new Error('no convention');
  const periode = { depuis: registre.aujourdhui(), jusqua: registre.aujourdhui() };
  const suivi = suiviConvention(registre, evenements, c, periode);
  expect(suivi.liens).toMatchObject({ emis: 2, ouverts: 1, retires: 0 });
  expect(suivi.sessions).toMatchObject({ nombre: 1, octets: table.taille });
  expect(suivi.finalites).toEqual({ observation: 1 });
  expect(rapportSuivi(suivi, periode, undefined)).toContain('n’a pas de lot');

  await expect(purger(registre, { convention, vers, signataire: 'Claire Morin' })).rejects.toMatchObject({
    motif: 'running',
  });
  await revoquer(registre, { cible: 'cnv', id: convention, motif: 'fin' });
  const avant = liste().archives.map((a) => a.sha256);
  const { certificat, fichier } = await purger(registre, { convention, vers, signataire: 'Claire Morin' });
  expect(certificat.detruits.map((f) => f.sha256).toSorted()).toEqual(avant.toSorted());
  expect(liste().archives).toEqual([]);
  expect(existsSync(join(vers, 'courante', 'bundles', COMMUNE))).toBe(false);
  const json = readFileSync(fichier.replace(/txt$/, 'json'), 'utf8');
  expect(readFileSync(fichier, 'utf8')).toContain(sha256(json));
  expect((await ouvrirRegistre(registre.dossier)).etat.purges).toMatchObject([
    { convention, fichiers: certificat.detruits.length, certificat: sha256(json) },
  ]);
  // The proof stays: a second destruction finds nothing, and writes over nothing.
  const preuve = readFileSync(fichier, 'utf8');
  await expect(purger(registre, { convention, vers, signataire: 'Claire Morin' })).rejects.toMatchObject({
    motif: 'purged',
  });
  // Killed in the middle: what was destroyed before is in the certificate of the one that ends it, beside the first.
  const { livraison } = certificat.detruits[0] ?? { livraison: '' };
  const reste = join(vers, 'courante', 'bundles', 'reste');
  mkdirSync(reste);
  writeFileSync(join(reste, 'table.json'), '{}');
  const encours = [{ livraison, fichier: 'reste/table.json', taille: 2, sha256: sha256('{}') }];
  writeFileSync(join(fichier, '..', `.purge-${convention}.encours`), JSON.stringify(encours));
  const fin = await purger(registre, { convention, vers, signataire: 'Claire Morin' });
  expect(fin.certificat.detruits).toEqual(encours);
  expect(existsSync(reste)).toBe(false);
  expect([fin.fichier === fichier, readFileSync(fichier, 'utf8') === preuve]).toEqual([false, true]);
});

test('what another running convention opens is kept', async () => {
  const vers = join(racine, 'vers');
  ecrirePublie(vers);
  await ajouterLots({ vers, registre: registre.dossier, journal: journalMuet });
  await creerConvention(registre, {
    epci: EPCI,
    nom: 'CC Essai',
    parties: ['AR'],
    signature: registre.aujourdhui(),
    communes: [COMMUNE],
  });
  await revoquer(registre, { cible: 'cnv', id: convention, motif: 'remplacée' });
  const { certificat } = await purger(registre, { convention, vers, signataire: 'Claire Morin' });
  expect(certificat.detruits).toEqual([]);
  expect(certificat.conserves).toEqual([`com:${COMMUNE}`, `epci:${EPCI}`]);
  expect(existsSync(join(vers, 'courante', 'bundles', COMMUNE, 'table.json'))).toBe(true);
});

test('shares under secrecy count surveyed variables only, never what does not apply', () => {
  const [cle] = Object.keys(TABLE.colonnes).filter((c) => c.startsWith(`${TABLE.variables[1]}.`));
  const colonne = [...(TABLE.colonnes[cle ?? ''] ?? [])];
  const rang = TABLE.zones.findIndex((z) => z.echelle === 'iris');
  colonne[rang] = 's';
  colonne[rang + 1] = 'so';
  const m = masquages({ ...TABLE, colonnes: { [cle ?? '']: colonne } });
  expect(m.find((x) => x.echelle === 'iris')).toEqual({
    echelle: 'iris',
    publiees: 0,
    masquees: 1,
    absentes: 0,
  });
});

test('response rates are those of the published table, hidden ones counted and nothing else', () => {
  const [a = 0, b = 0] = TABLE.zones.flatMap((z, i) => (z.echelle === 'commune' ? [i] : []));
  const taux = TABLE.zones.map((_, i) => (i === a ? 714 : null));
  const question = TABLE.zones.map((_, i) => (i === a ? 120 : i === b ? 's' : 'so'));
  const colonnes = {
    'ops_rep.ENS.tous.2024': taux,
    'ops_rep.ENS.qpv.2024': taux,
    'ops_men.ENS.tous.2024': question,
  };
  expect(reponses({ ...TABLE, colonnes })).toEqual([
    {
      millesime: 2024,
      population: 'ENS',
      echelle: 'commune',
      publies: 1,
      masques: 1,
      minimum: 714,
      mediane: 714,
      maximum: 714,
    },
  ]);
});
