/** `carto audit`: the independent audit of a release. */
import { dirname, join, resolve } from 'node:path';
import { existsSync, realpathSync } from 'node:fs';
import { UserError } from '../../data/contract/erreur.ts';
import type { AuditResume } from '../../data/contract/audit.ts';
import type { Commande } from '../lib/commande.ts';
import { SIGNALEMENTS, type Signalement } from '../../data/catalogue/audit.ts';
import { auditerRelease } from './release.ts';

const nombre = new Intl.NumberFormat('fr-FR');

const LIBELLES_AUDIENCE = {
  public: 'public',
  epci: 'territoires',
  commune: 'communes',
  millesimes: 'millésimes choisis',
} as const;

/** The confidential folder beside `releases/`, as `carto build` lays it out. */
export function confidentielDe(release: string): string {
  let dossier = realpathSync(release);
  for (let i = 0; i < 3; i++) {
    const essai = join(dossier, 'confidentiel');
    if (existsSync(essai)) return essai;
    dossier = dirname(dossier);
  }
  throw new UserError(`Dossier confidentiel introuvable autour de ${release}.`, {
    hint: 'Indiquez-le avec --confidentiel DIR : l’audit a besoin des relations de référence.',
    code: 2,
  });
}

/** French report of a conforming audit. */
export function rapport(r: AuditResume): string {
  const somme = (cle: 'publiees' | 'masquees' | 'absentes') => r.cellules.reduce((a, c) => a + c[cle], 0);
  const signalements = Object.entries(r.signalements).map(
    ([cle, n]) => `  ${nombre.format(n)} ${SIGNALEMENTS[cle as Signalement] ?? cle}`,
  );
  return [
    `Audit ${r.verdict} (règle ${r.regle}, seuil ${r.seuil}).`,
    `Cellules : ${nombre.format(somme('publiees'))} publiées, ${nombre.format(somme('masquees'))} secrètes, ${nombre.format(somme('absentes'))} sans objet ou non disponibles.`,
    `Fichiers : ${nombre.format(r.fichiers.tables)} tables, ${nombre.format(r.fichiers.archives)} archives, ${nombre.format(r.fichiers.tuiles)} tuiles décodées, ${nombre.format(r.fichiers.valeursComparees)} valeurs comparées.`,
    `Systèmes : ${nombre.format(r.systemes.length)}, ${nombre.format(r.systemes.reduce((a, s) => a + s.inconnues, 0))} inconnues, ${nombre.format(r.systemes.reduce((a, s) => a + s.protegees, 0))} protégées, aucune retrouvée.`,
    ...(r.audiences.length > 0
      ? [
          `Audiences : ${r.audiences.map((a) => `${LIBELLES_AUDIENCE[a.audience]} ${nombre.format(a.publiees)} publiées et ${nombre.format(a.masquees)} secrètes${a.lots > 1 ? ` (${nombre.format(a.lots)} lots)` : ''}`).join(' ; ')}.`,
        ]
      : []),
    ...(r.exports
      ? [
          `Exports : ${nombre.format(r.exports.lus)} relus, ${nombre.format(r.exports.figures)} chiffres et marques comparés${r.exports.sautes > 0 ? `, ${nombre.format(r.exports.sautes)} non relus` : ''}.`,
        ]
      : []),
    ...(r.programmation
      ? [
          `Programmation linéaire : ${nombre.format(r.programmation.examinees)} cellules bornées, aucune réduite à une valeur (${nombre.format(r.programmation.partielles)} sur leur seul voisinage, ${nombre.format(r.programmation.ecartees)} écartées).`,
        ]
      : []),
    ...(signalements.length > 0 ? ['Signalements (sans violation) :', ...signalements] : []),
  ].join('\n');
}

export const commande: Commande = {
  nom: 'audit',
  resume:
    'Audite une diffusion à partir des seuls fichiers émis : calculs possibles, règle primaire, tuiles, métadonnées, fuites. Couvre l’union de toutes les audiences (chaque territoire seul en sait moins), et deux millésimes ensemble là où les ménages sont les mêmes ; les équations entre variables d’une même question ; ne couvre ni les inégalités entre questions différentes (familles nombreuses et mineurs), ni, sans --complet, les groupes de plus de trois cellules qu’aucune relation ne montre.',
  positionnels: 'DIFFUSION',
  options: {
    confidentiel: {
      type: 'string',
      valeur: 'DIR',
      aide: 'Dossier confidentiel du même calcul (par défaut : celui voisin de releases/).',
    },
    complet: {
      type: 'boolean',
      aide: 'Cherche les groupes calculables de toute taille (plus lent), et non seulement les résidus, paires et triplets.',
    },
    exports: {
      type: 'string',
      valeur: 'DIR',
      aide: 'Relit chaque export de ce dossier (CSV, XLSX, HTML, SVG, PDF) et compare chacun de ses chiffres aux tables de son audience.',
    },
    lp: {
      type: 'string',
      valeur: 'N',
      default: '0',
      aide: 'Borne N cellules protégées par millésime par programmation linéaire : toutes les relations à la fois, et non une par une (0,05 à 0,2 s par cellule).',
    },
    dump: {
      type: 'string',
      valeur: 'DIR',
      aide: 'Écrit chaque système pour un tiers, dans DIR/<millésime>/<base>.<variable>/ : cells.csv (id,value,base,protect ; value vide = non publié) et relations.csv (relation,cell,coef ; somme nulle). Confidentiel.',
    },
  },
  async run({ values, positionals }, { journal, json, ecrit }) {
    const [release] = positionals;
    if (release === undefined || positionals.length > 1)
      throw new UserError('Indiquez le dossier d’une diffusion et lui seul.', {
        hint: 'Par exemple : npm run carto -- audit data/releases/demo/courante',
        code: 2,
      });
    const dossier = resolve(release);
    if (!existsSync(dossier))
      throw new UserError(`Le dossier ${release} n’existe pas.`, {
        hint: 'Lancez d’abord carto build, ou corrigez le chemin.',
        code: 2,
      });
    const lp = String(values.lp ?? '0');
    if (!/^\d+$/.test(lp))
      throw new UserError(`--lp attend un nombre de cellules, et non « ${lp} ».`, { code: 2 });
    const exports = typeof values.exports === 'string' ? resolve(values.exports) : undefined;
    if (exports !== undefined && !existsSync(exports))
      throw new UserError(`Le dossier ${String(values.exports)} n’existe pas.`, {
        hint: 'Indiquez avec --exports le dossier des cartes et tableaux exportés.',
        code: 2,
      });
    const resume = await auditerRelease({
      release: realpathSync(dossier),
      confidentiel:
        typeof values.confidentiel === 'string' ? resolve(values.confidentiel) : confidentielDe(dossier),
      journal,
      complet: values.complet === true,
      lp: Number(lp),
      ...(exports === undefined ? {} : { exports }),
      ...(typeof values.dump === 'string' ? { dump: resolve(values.dump) } : {}),
    });
    ecrit(json ? JSON.stringify(resume) : rapport(resume));
  },
};
