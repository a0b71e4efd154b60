/** `carto publish`: configuration of nginx in front of the gate, or bundles sent to the bucket that the gate reads. */
import { chmod, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { UserError } from '../../data/contract/erreur.ts';
import type { Commande } from '../lib/commande.ts';
import { writeAtomic } from '../lib/files.ts';
import { configurationNginx, type OptionsRapide } from './nginx.ts';
import { lireSeau, televerser } from './seau.ts';
import { dossierRapide, journalRapide, moduleNjs, type MaitreEcrit } from './rapide.ts';

const NOM = /^(?=.{1,253}$)[a-z0-9-]+(\.[a-z0-9-]+)*$/;
const AMONT = /^[A-Za-z0-9.-]+:\d{1,5}$/;

/** Write the njs module beside the gate's settings, readable by its owner only. */
async function ecrireModule(registre: string, hotes: readonly string[]): Promise<OptionsRapide> {
  const maitre = await readFile(join(registre, 'garde', 'maitre.json'), 'utf8').catch(() => {
    throw new UserError('Les réglages de la garde sont absents.', {
      hint: `Dossier attendu : « ${join(registre, 'garde')} ». Créez une convention, ou donnez --registre.`,
    });
  });
  const { maitres } = JSON.parse(maitre) as { maitres: MaitreEcrit[] };
  const module = join(registre, 'garde', 'carto.js');
  await writeAtomic(module, moduleNjs(`https://${hotes[0]}`, maitres));
  await chmod(module, 0o600);
  return { module, dossier: dossierRapide(registre), journal: journalRapide(registre), hotes };
}

/** What the account of nginx must be able to reach; without it every byte passes through the gate, which is safe and slower. */
const passages = (dossier: string, vers: string): string =>
  `\nLe compte de nginx doit traverser le registre et lire les lots (sans cela, la garde sert elle-même)\u00a0:
  setfacl -m u:www-data:x ${dirname(dirname(dossier))} ${dirname(dossier)}
  setfacl -R -m u:www-data:rX -m d:u:www-data:rX ${vers}/releases`;

export const commande: Commande = {
  nom: 'publish',
  resume: 'Écrit la configuration de nginx devant la garde, ou dépose les lots dans un magasin S3.',
  options: {
    config: { type: 'string', valeur: 'nginx', default: 'nginx', aide: 'serveur à configurer' },
    s3: {
      type: 'boolean',
      default: false,
      aide: 'dépose les lots dans le magasin de registre/garde/magasin.json, puis les met en service',
    },
    hote: { type: 'string', multiple: true, valeur: 'NOM', aide: 'nom public du site' },
    ecoute: {
      type: 'string',
      default: '80',
      valeur: 'ADRESSE',
      aide: 'écoute de nginx ; 443 ssl se règle à côté',
    },
    amont: { type: 'string', default: '127.0.0.1:4321', valeur: 'HÔTE:PORT', aide: 'adresse de carto serve' },
    site: { type: 'string', default: 'dist', valeur: 'DIR', aide: 'site construit' },
    vers: { type: 'string', default: 'data/releases/demo', valeur: 'DIR', aide: 'dossier des livraisons' },
    njs: {
      type: 'boolean',
      default: false,
      aide: 'voie rapide : nginx vérifie les jetons (module njs) et envoie les fichiers',
    },
    registre: {
      type: 'string',
      default: 'data/registre',
      valeur: 'DIR',
      aide: 'registre (pour --njs et --s3)',
    },
    sortie: { type: 'string', valeur: 'FICHIER', aide: 'fichier à inclure dans le bloc http' },
  },
  async run({ values }, { ecrit, json, journal }) {
    if (values['s3'] === true) {
      const acces = await lireSeau(join(resolve(String(values['registre'])), 'garde'));
      if (!acces)
        throw new UserError('Aucun magasin S3 n’est décrit.', {
          hint: 'Écrivez garde/magasin.json dans le registre : {"service": "https://…", "bucket": "…"}.',
        });
      const fichiers = await televerser(resolve(String(values['vers'])), acces, journal);
      return ecrit(
        json ? JSON.stringify({ fichiers }) : `Lots déposés et en service : ${fichiers}\u00a0fichiers.`,
      );
    }
    if (values['config'] !== 'nginx')
      throw new UserError(`Ce serveur n’est pas prévu : « ${String(values['config'])} ».`, {
        hint: 'Serveur prévu : nginx.',
        code: 2,
      });
    const hotes = (Array.isArray(values['hote']) ? values['hote'] : []).map(String);
    if (hotes.length === 0)
      throw new UserError('Il manque le nom public du site.', { hint: 'Ajoutez --hote NOM.', code: 2 });
    // Names go into a configuration file as they are: nothing but a name may pass.
    for (const h of hotes)
      if (!NOM.test(h))
        throw new UserError(`Ce n’est pas un nom d’hôte : « ${h} ».`, {
          hint: 'Donnez-le en minuscules, sans https:// ni chemin : atlas.example.',
          code: 2,
        });
    const amont = String(values['amont']);
    if (!AMONT.test(amont))
      throw new UserError(`Ce n’est pas une adresse HÔTE:PORT : « ${amont} ».`, { code: 2 });
    const ecoute = String(values['ecoute']);
    if (!/^[\w.:[\] ]+$/.test(ecoute))
      throw new UserError(`Ce n’est pas une écoute de nginx : « ${ecoute} ».`, { code: 2 });
    const dossiers = { site: resolve(String(values['site'])), vers: resolve(String(values['vers'])) };
    for (const d of Object.values(dossiers))
      if (/[;{}"'\s$]/.test(d))
        throw new UserError(`nginx ne lit pas un chemin avec des espaces ou des signes : « ${d} ».`);
    const rapide =
      values['njs'] === true ? await ecrireModule(resolve(String(values['registre'])), hotes) : undefined;
    const texte = configurationNginx({
      ...(rapide ? { rapide } : {}),
      dossier: '',
      ecoute,
      amont,
      hotes,
      site: dossiers.site,
      publics: `${dossiers.vers}/courante/public`,
    });
    const sortie = values['sortie'];
    if (typeof sortie !== 'string') return ecrit(json ? JSON.stringify({ config: texte }) : texte);
    await writeAtomic(resolve(sortie), texte);
    ecrit(
      json
        ? JSON.stringify({ sortie })
        : `Écrit : « ${sortie} ». Vérifiez-la (nginx -t), puis lancez : carto serve --origine https://${hotes[0]} --mandataire 127.0.0.1${rapide ? ' --rapide' : ''}${rapide ? passages(rapide.dossier, dossiers.vers) : ''}`,
    );
  },
};
