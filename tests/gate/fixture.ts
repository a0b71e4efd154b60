/** A small release and a register on disk, for tests of the gate and for the acceptance runner. */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GateArchive, GateManifest } from '../../data/contract/grant.ts';

export interface Essai {
  racine: string;
  vers: string;
  site: string;
  registre: string;
  manifeste: GateManifest;
  /** Archive of a territory and product. */
  archive(territoire: string, produit?: GateArchive['produit'], millesime?: string): GateArchive;
  octets(archive: GateArchive): Uint8Array<ArrayBuffer>;
  nettoyer(): void;
}

/** Bytes that repeat nowhere, so that a wrong offset always shows. */
export function octetsEssai(graine: string, taille: number): Uint8Array<ArrayBuffer> {
  const sortie = new Uint8Array(taille);
  for (let i = 0, n = 0; i < taille; i += 32, n++)
    sortie.set(
      createHash('sha256')
        .update(`${graine} ${n}`)
        .digest()
        .subarray(0, taille - i),
      i,
    );
  return sortie;
}

export const EPCI_A = '200000001';
export const EPCI_B = '200000002';
export const COMMUNE_A = '01001';

/** Write the release: EPCI A (with an earlier vintage and a commune), EPCI B, and a symbolic link to the outside. */
export function creerEssai(): Essai {
  const racine = mkdtempSync(join(tmpdir(), 'carto-garde-'));
  const vers = join(racine, 'vers');
  const bundles = join(vers, 'releases', 'essai', 'bundles');
  const contenus = new Map<string, Uint8Array<ArrayBuffer>>();
  const archives: GateArchive[] = [];
  const ajouter = (
    territoire: string,
    produit: GateArchive['produit'],
    millesime: string,
    taille: number,
    lien?: string,
  ) => {
    const fichier = `${territoire.replace(':', '-')}/${produit}-${millesime}.bin`;
    const octets = octetsEssai(fichier, taille);
    const sha256 = createHash('sha256').update(octets).digest('hex');
    mkdirSync(join(bundles, territoire.replace(':', '-')), { recursive: true });
    if (lien === undefined) writeFileSync(join(bundles, fichier), octets);
    else symlinkSync(lien, join(bundles, fichier));
    archives.push({
      id: sha256.slice(0, 32),
      territoire,
      produit,
      millesime,
      fichier,
      taille,
      sha256,
      type: produit === 'carte' ? 'application/vnd.pmtiles' : 'application/json',
    });
    contenus.set(sha256, octets);
  };
  ajouter(`epci:${EPCI_A}`, 'carte', '2022', 300_000);
  ajouter(`epci:${EPCI_A}`, 'table', '2022', 5_000);
  ajouter(`epci:${EPCI_A}`, 'carte', '2019', 40_000);
  ajouter(`epci:${EPCI_B}`, 'carte', '2022', 120_000);
  ajouter(`com:${COMMUNE_A}`, 'carte', '2022', 20_000);
  // A file outside of the store, of the announced size: only the link betrays it.
  const dehors = join(racine, 'dehors.bin');
  writeFileSync(dehors, octetsEssai('dehors', 1234));
  ajouter(`epci:${EPCI_A}`, 'geo', '2022', 1234, dehors);
  const manifeste: GateManifest = { format: 'carto-ops/archives@1', release: 'essai', archives };
  writeFileSync(join(bundles, 'archives.json'), JSON.stringify(manifeste));
  symlinkSync(join('releases', 'essai'), join(vers, 'courante'));
  const publics = join(vers, 'courante', 'public', 'tuiles');
  mkdirSync(publics, { recursive: true });
  writeFileSync(join(publics, 'epci.pmtiles'), octetsEssai('public', 10_000));
  const site = join(racine, 'dist');
  mkdirSync(join(site, 'territoire'), { recursive: true });
  writeFileSync(join(site, 'index.html'), '<!doctype html><title>Atlas</title><script>1</script>');
  writeFileSync(join(site, 'territoire', 'index.html'), '<!doctype html><title>Territoire</title>');
  const carte = join(site, 'carte/epci/rpls_dpe_fg/2024');
  mkdirSync(carte, { recursive: true });
  writeFileSync(join(carte, 'index.html'), '<!doctype html><title>Carte</title>');
  return {
    racine,
    vers,
    site,
    registre: join(racine, 'registre'),
    manifeste,
    archive(territoire, produit = 'carte', millesime = '2022') {
      const trouvee = archives.find(
        (a) => a.territoire === territoire && a.produit === produit && a.millesime === millesime,
      );
      if (!trouvee) throw new Error(`no archive ${territoire} ${produit} ${millesime}`);
      return trouvee;
    },
    octets(archive) {
      const octets = contenus.get(archive.sha256);
      if (!octets) throw new Error('unknown archive');
      return octets;
    },
    nettoyer: () => rmSync(racine, { recursive: true, force: true }),
  };
}
