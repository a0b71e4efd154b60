/** `npm run demo`: invent the country, build its release and its site, issue one territory link, serve. */
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { UserError } from '../data/contract/erreur.ts';
import { gateManifestSchema } from '../data/contract/grant.ts';
import { construire } from './build.ts';
import { ecrireDemo } from './demo/demo.ts';
import { sha256 } from './lib/files.ts';
import { hashCode, siPerime } from './lib/fraicheur.ts';
import type { Commande } from './lib/commande.ts';
import { lienDemo } from './links/demo.ts';
import { jusquaArret, servir } from './serve/command.ts';
import { construireSite } from './site.command.ts';

const TAILLES = ['epci', 'pays', 'france'] as const;

const dateLongue = (jour: string) =>
  new Intl.DateTimeFormat('fr-FR', { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(jour));

/** A town worth showing: the territory at nine tenths of the list sorted by the weight of its table. */
async function epciDeDemonstration(vers: string): Promise<string> {
  const texte = await readFile(join(vers, 'courante', 'bundles', 'archives.json'), 'utf8');
  const tables = gateManifestSchema
    .parse(JSON.parse(texte))
    // Whole territories only: a release may also hold bundles of communes, or of some years.
    .archives.filter((a) => a.produit === 'table' && `epci:${a.fichier.split('/')[0]}` === a.territoire)
    .sort((a, b) => a.taille - b.taille || (a.fichier < b.fichier ? -1 : 1));
  const choisie = tables[Math.floor((tables.length - 1) * 0.9)];
  if (choisie === undefined) throw new UserError('La livraison n’a aucun territoire.');
  return choisie.fichier.split('/')[0] as string;
}

export const commande: Commande = {
  nom: 'demo-complete',
  resume: 'fabrique le pays fictif, sa livraison, son site, et les sert',
  options: {
    taille: { type: 'string', valeur: 'epci|pays|france', default: 'pays', aide: 'taille du pays' },
    graine: { type: 'string', valeur: 'N', default: '1', aide: 'graine du hasard' },
    port: { type: 'string', valeur: 'N', default: '4321', aide: 'port d’écoute, 0 pour un port libre' },
    'sans-serveur': { type: 'boolean', aide: 's’arrête quand tout est construit' },
  },
  async run({ values }, { journal, json, ecrit }) {
    const taille = TAILLES.find((t) => t === values.taille);
    if (taille === undefined)
      throw new UserError(`Taille inconnue : « ${values.taille} ».`, {
        code: 2,
        hint: `Tailles : ${TAILLES.join(', ')}.`,
      });
    const graine = Number(values.graine);
    const sources = resolve('data', 'sources', `demo-${taille}`);
    const vers = resolve('data', 'releases', taille === 'pays' ? 'demo' : `demo-${taille}`);
    const dist = resolve(taille === 'pays' ? 'dist' : `dist-${taille}`);
    const registre = resolve('data', 'registre', taille);
    const cle = sha256(
      JSON.stringify([taille, graine, await hashCode('pipeline/demo', 'data/demo', 'data/contract')]),
    );
    const fait = await siPerime(sources, cle, async () => {
      await ecrireDemo({ taille, graine, vers: sources, journal });
    });
    if (!fait) journal.etape('pays fictif').inchangee();
    const release = await construire({ sources, vers, journal, registre });
    await construireSite(join(vers, 'courante'), dist, journal);
    if (values['sans-serveur'])
      return ecrit(
        json ? JSON.stringify({ release: release.id, dist }) : `Livraison ${release.id} et site prêts.`,
      );
    // The link names the origin, and the origin needs the port: serve, then issue; the gate reads the register anew.
    const epci = await epciDeDemonstration(vers);
    const premier = await lienDemo({ vers, registre, epci, origine: `http://127.0.0.1:${values.port}` });
    const service = await servir({ vers, site: dist, registre, port: Number(values.port) });
    const lien =
      service.port === Number(values.port)
        ? premier
        : await lienDemo({ vers, registre, epci, origine: service.origine });
    if (json) ecrit(JSON.stringify({ origine: service.origine, lien: lien.url, epci }));
    else {
      ecrit(`\n${release.mentions.avertissement} : ${release.pays}.`);
      ecrit(`\nAtlas public      ${service.origine}/`);
      ecrit(`Lien de territoire (signé, jusqu’au ${dateLongue(lien.fin)})\n  ${lien.url}`);
      ecrit('\nArrêt : Ctrl + C');
    }
    await jusquaArret(service);
  },
};
