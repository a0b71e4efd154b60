/** `carto argus`: one table of a release for τ-ARGUS, sdcTable and other software of disclosure control. */
import { existsSync, realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { UserError } from '../../data/contract/erreur.ts';
import { ECHELLES, POPULATIONS, type Echelle } from '../../data/contract/zone.ts';
import type { Commande } from '../lib/commande.ts';
import { ecrireArgus } from './argus.ts';
import { confidentielDe } from './command.ts';

const nombre = new Intl.NumberFormat('fr-FR');

export const commande: Commande = {
  nom: 'argus',
  resume:
    'Écrit une table d’une diffusion pour τ-ARGUS, sdcTable et les experts du secret (JJ, TAB, RDA, HRC), avec le statut et la règle de chaque cellule. Confidentiel.',
  positionnels: 'DIFFUSION',
  options: {
    vers: {
      type: 'string',
      valeur: 'DIR',
      aide: 'Dossier à écrire, hors de toute diffusion et de tout site.',
    },
    variable: { type: 'string', valeur: 'ID', aide: 'Variable du catalogue, par exemple ops_res.' },
    mesure: {
      type: 'string',
      valeur: 'M',
      default: 'r',
      aide: 'n (champ), r (répondants), u (dénominateur) ou un indicateur de la variable : son numérateur.',
    },
    population: {
      type: 'string',
      valeur: 'ENS|ER',
      aide: 'Une population ; sans cette option, les deux et leur différence dans un même système.',
    },
    millesime: { type: 'string', valeur: 'ANNÉE', aide: 'Millésime, par exemple 2022.' },
    epci: { type: 'string', valeur: 'CODE', aide: 'Un seul EPCI (par défaut : tout le pays).' },
    echelles: {
      type: 'string',
      valeur: 'A,B,C',
      aide: 'Arbre du fichier .tab, du plus large au plus fin (par défaut : région, département, EPCI, commune, IRIS, adresse, tant qu’ils s’emboîtent).',
    },
    confidentiel: {
      type: 'string',
      valeur: 'DIR',
      aide: 'Dossier confidentiel du même calcul (par défaut : celui voisin de releases/).',
    },
  },
  async run({ values, positionals }, { json, ecrit }) {
    const texte = (nom: string) => (typeof values[nom] === 'string' ? values[nom] : undefined);
    const exige = (nom: string, exemple: string) => {
      const v = texte(nom);
      if (v === undefined)
        throw new UserError(`Il manque --${nom}.`, { hint: `Par exemple : --${nom} ${exemple}`, code: 2 });
      return v;
    };
    const [release] = positionals;
    if (release === undefined || positionals.length > 1 || !existsSync(resolve(release, 'release.json')))
      throw new UserError('Indiquez le dossier d’une diffusion et lui seul.', {
        hint: 'Par exemple : npm run carto -- argus data/releases/demo/courante --variable ops_res --millesime 2022 --vers argus',
        code: 2,
      });
    const population = POPULATIONS.find((p) => p === texte('population')) ?? null;
    if (population === null && texte('population') !== undefined)
      throw new UserError(`Population inconnue : « ${texte('population')} ».`, {
        hint: `Populations : ${POPULATIONS.join(', ')}.`,
        code: 2,
      });
    const millesime = exige('millesime', '2022');
    if (!/^\d{4}$/.test(millesime))
      throw new UserError(`--millesime attend une année, et non « ${millesime} ».`, { code: 2 });
    const echelles =
      texte('echelles')
        ?.split(',')
        .map((e) => e.trim()) ?? null;
    const inconnue = echelles?.find((e) => !ECHELLES.some((x) => x === e));
    if (inconnue !== undefined)
      throw new UserError(`Échelle inconnue : « ${inconnue} ».`, {
        hint: `Échelles : ${ECHELLES.join(', ')}.`,
        code: 2,
      });
    const vers = resolve(exige('vers', 'argus'));
    const dossier = realpathSync(resolve(release));
    const r = await ecrireArgus({
      release: dossier,
      confidentiel:
        texte('confidentiel') === undefined ? confidentielDe(dossier) : resolve(texte('confidentiel')!),
      vers,
      variable: exige('variable', 'ops_res'),
      mesure: texte('mesure') ?? 'r',
      population,
      millesime: Number(millesime),
      epci: texte('epci') ?? null,
      echelles: echelles as Echelle[] | null,
    });
    ecrit(
      json
        ? JSON.stringify({ vers, ...r })
        : [
            `CONFIDENTIEL : ${r.fichiers.length} fichiers écrits dans ${vers}. Ils contiennent de vrais effectifs de cellules secrètes.`,
            `${nombre.format(r.cellules)} cellules (${nombre.format(r.etats.publiee)} publiées, ${nombre.format(r.etats.vide)} vides, ${nombre.format(r.etats.primaire)} masquées par une règle, ${nombre.format(r.etats.secondaire)} par secret secondaire, ${nombre.format(r.etats.interne)} internes), ${nombre.format(r.relations)} relations.`,
            `Arbre du fichier .tab : ${['total', ...r.chaine].join(' > ')}.`,
          ].join('\n'),
    );
  },
};
