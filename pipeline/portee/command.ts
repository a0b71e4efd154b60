/** `carto lots`, `carto verify`, `carto purge`: bundles that accounts need, their integrity, their end. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { UserError } from '../../data/contract/erreur.ts';
import { gardeSchema } from '../../data/contract/grant.ts';
import type { ClePublique } from '../../site/gate/sceau.ts';
import type { Commande } from '../lib/commande.ts';
import { OPTION_REGISTRE, rendre, Valeurs } from '../links/options.ts';
import { ajouterLots } from './ajout.ts';
import { lireForme } from './lecture.ts';
import { purger } from './purge.ts';
import { clesAnnoncees, verifierLivraison, type Defaut } from './verification.ts';

const lots: Commande = {
  nom: 'lots',
  resume: 'Découpe les lots dont des comptes ont besoin (communes, millésimes) et scelle la livraison.',
  options: {
    vers: { type: 'string', default: 'data/releases/demo', valeur: 'DIR', aide: 'dossier des livraisons' },
    registre: { type: 'string', default: 'data/registre', valeur: 'DIR', aide: 'registre des comptes' },
  },
  async run({ values }, { journal, json, ecrit }) {
    const registre = resolve(String(values['registre']));
    if (!existsSync(join(registre, 'journal.jsonl')))
      throw new UserError('Il n’y a pas de registre à cet endroit.', {
        hint: 'Créez une convention d’abord : carto convention creer.',
      });
    const ajoutes = await ajouterLots({ vers: resolve(String(values['vers'])), registre, journal });
    if (json) ecrit(JSON.stringify({ ajoutes }));
    else
      ecrit(
        ajoutes.length === 0
          ? 'Aucun lot ne manque. La livraison est scellée.'
          : `Lots ajoutés : ${ajoutes.join(', ')}. La livraison est scellée.`,
      );
  },
};

const DEFAUTS: Readonly<Record<Defaut['defaut'], string>> = {
  signature: 'n’est pas scellé par une clé admise',
  integrite: 'n’a pas les octets annoncés',
  absent: 'manque',
  inattendu: 'n’est dans aucune liste',
};

async function clesAdmises(
  dossier: string,
  cles: readonly string[],
  registre: string | undefined,
): Promise<{ cles: ClePublique[]; dehors: boolean }> {
  if (cles.length > 0)
    return {
      dehors: true,
      cles: cles.map((c) => {
        const [kid = '', x = ''] = c.split('=');
        if (!/^[A-Za-z0-9_-]{43}$/.test(x))
          throw new UserError(`Cette clé n’est pas de la forme NOM=CLÉ : « ${c} ».`, { code: 2 });
        return { kid, x };
      }),
    };
  if (registre !== undefined) {
    const fichier = join(registre, 'garde', 'garde.json');
    if (!existsSync(fichier))
      throw new UserError(`Il n’y a pas de registre à cet endroit : « ${registre} ».`, {
        hint: 'Donnez son dossier à --registre, ou la clé de la convention à --cle.',
      });
    const garde = await lireForme(gardeSchema, fichier);
    return { dehors: true, cles: garde.cles.filter((c) => c.usage === 'livraison') };
  }
  return { dehors: false, cles: await clesAnnoncees(dossier) };
}

const verify: Commande = {
  nom: 'verify',
  resume: 'Vérifie les sceaux d’une livraison et chaque fichier, octet par octet.',
  positionnels: '[LIVRAISON]',
  options: {
    cle: {
      type: 'string',
      multiple: true,
      valeur: 'NOM=CLÉ',
      aide: 'clé publique de la convention ; sinon celle du registre, sinon celle que la livraison annonce',
    },
    registre: { type: 'string', valeur: 'DIR', aide: 'registre dont la clé est admise' },
  },
  async run({ values, positionals }, { json, ecrit }) {
    let dossier = resolve(positionals[0] ?? 'data/releases/demo/courante');
    if (!existsSync(join(dossier, 'release.json')) && existsSync(join(dossier, 'courante')))
      dossier = join(dossier, 'courante');
    if (!existsSync(join(dossier, 'release.json')))
      throw new UserError('Ce dossier ne contient pas de livraison (release.json manque).', { code: 2 });
    const donnees = Array.isArray(values['cle']) ? values['cle'].map(String) : [];
    const registre = typeof values['registre'] === 'string' ? resolve(values['registre']) : undefined;
    const { cles, dehors } = await clesAdmises(dossier, donnees, registre);
    const v = await verifierLivraison(dossier, cles);
    if (json) ecrit(JSON.stringify({ ...v, cles }));
    if (v.defauts.length > 0) {
      const lignes = v.defauts.slice(0, 10).map((d) => `« ${d.fichier} » ${DEFAUTS[d.defaut]}`);
      throw new UserError(`Cette livraison est refusée.\n${lignes.join('\n')}`, {
        code: 4,
        hint: 'N’ouvrez pas ces fichiers : demandez une nouvelle copie au producteur.',
      });
    }
    if (json) return;
    ecrit(`Livraison intacte : ${v.fichiers}\u00a0fichiers relus.`);
    if (!v.scellee)
      ecrit('Elle n’est pas scellée : ses fichiers se correspondent, leur origine n’est pas prouvée.');
    else if (dehors) ecrit('Ses sceaux sont ceux du producteur.');
    else
      ecrit(
        `Ses sceaux tiennent avec la clé qu’elle annonce. Comparez-la à celle de la convention :\n${cles.map((c) => `  ${c.kid}=${c.x}`).join('\n')}`,
      );
  },
};

const purge: Commande = {
  nom: 'purge',
  resume: 'Détruit les lots d’une convention terminée et en écrit le certificat.',
  positionnels: 'CONVENTION',
  options: {
    ...OPTION_REGISTRE,
    vers: { type: 'string', default: 'data/releases/demo', valeur: 'DIR', aide: 'dossier des livraisons' },
    signataire: { type: 'string', valeur: 'NOM', aide: 'personne qui répond de la destruction' },
  },
  async run(args, contexte) {
    const v = new Valeurs(args);
    const registre = await v.registre();
    const { certificat, fichier } = await purger(registre, {
      convention: v.position(0, 'la convention'),
      vers: resolve(v.texte('vers') ?? ''),
      signataire: v.exige('signataire'),
    });
    rendre(
      contexte,
      certificat,
      `Fichiers détruits : ${certificat.detruits.length}. Certificat à signer : « ${fichier} ».`,
    );
  },
};

export const commandes: readonly Commande[] = [lots, verify, purge];
