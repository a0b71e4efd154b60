/**
 * A sheet as one HTML file that opens anywhere, without network, program or script (level 2 of offline, anchors D.6):
 * map, legend, table and mentions.
 */
import { LIBELLES_STATUT } from '../../data/catalogue/secret.ts';
import { de, nombre } from '../carto/format.ts';
import { TEINTES } from '../carto/palette.ts';
import { carteSvg, dessinerCarte, echappe, marquePoint, motifs, r } from '../carto/svg.ts';
import type { Feuille } from './sheet.ts';

const T = TEINTES.clair;
const STYLE = `
body{font:16px/1.5 'Source Sans 3',system-ui,sans-serif;color:${T.encre};background:${T.papier};max-width:70rem;margin:0 auto;padding:clamp(.8rem,3vw,1.5rem);font-variant-numeric:tabular-nums}
h1{font-size:1.8rem;line-height:1.2;margin:.2rem 0}h2{font-size:1.15rem;margin:1.5rem 0 .4rem}
.territoire{font-size:1.2rem;font-weight:600;margin:0}.sous-titre{color:${T.encreDouce};margin:.2rem 0 1rem}
.badge{display:inline-block;border:1px solid currentColor;padding:.1rem .6rem;font-weight:600;font-size:.9rem;margin-right:.5rem}
.fictif{color:${T.accent}}.corps{display:flex;flex-wrap:wrap;gap:2rem}figure{flex:1 1 32rem;margin:0}aside{flex:0 1 17rem}
figure svg{width:100%;max-width:42rem;height:auto}.cle{font-size:2.2rem;font-weight:600;line-height:1.1;margin:0}
.legende{list-style:none;padding:0;margin:0}.legende li{display:flex;gap:.6rem;align-items:center}.legende span{flex:1}
.defile{overflow-x:auto}table{border-collapse:collapse;min-width:min(24rem,100%)}caption{text-align:left;font-weight:600}
th,td{padding:.2rem .5rem;border-bottom:1px solid #d4d7da;text-align:right}th:first-child,td:first-child{text-align:left;font-weight:400}
thead th{border-bottom:1.5px solid ${T.contour};font-weight:600!important}
dl{font-size:.9rem;color:${T.encreDouce};display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1rem}dt{font-weight:600}dd{margin:0}
@media(max-width:40rem){dl{grid-template-columns:1fr}dt{margin-top:.4rem}}
@media print{body{max-width:none;padding:0;font-size:10pt}tr,figure{break-inside:avoid}}`;

const pastille = (contenu: string, defs = '') =>
  `<svg width="26" height="14" viewBox="0 0 26 14" aria-hidden="true">${defs}${contenu}</svg>`;
const carre = (fond: string) =>
  `<rect x=".5" y=".5" width="25" height="13" fill="${fond}" stroke="#8a8f96" stroke-width=".8"/>`;

/** One self-contained HTML document. `polices`: @font-face rules with the fonts as data. */
export function htmlFeuille(f: Feuille, options: { polices?: string } = {}): string {
  const carte = dessinerCarte({ ...f.carte, prefixe: 'carte', largeur: 640, hauteur: f.allonge ? 760 : 520 });
  const m = f.mentions;
  const badges = [
    m.avertissement && `<span class="badge fictif">${echappe(m.avertissement)}</span>`,
    m.restriction && `<span class="badge">${echappe(m.restriction)}</span>`,
  ].filter(Boolean);
  const loupe = f.agrandissement && {
    nom: f.agrandissement.nom,
    svg: carteSvg(
      dessinerCarte({
        ...f.carte,
        prefixe: 'zoom',
        largeur: 640,
        hauteur: 520,
        emprise: f.agrandissement.emprise,
        titre: `${f.carte.titre}, agrandissement sur ${f.agrandissement.nom}`,
        description: `Agrandissement de la même carte sur ${f.agrandissement.nom}.`,
      }),
      { echelle: true },
    ),
  };
  return `<!doctype html>
<html lang="fr"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; font-src data:">
<meta name="robots" content="noindex"><title>${echappe(f.carte.titre)}</title><style>${options.polices ?? ''}${STYLE}</style></head>
<body><header>${badges.join('')}<h1>${echappe(f.titre)}</h1><p class="territoire">${echappe(f.territoire)}</p>
<p class="sous-titre">${echappe(f.sousTitre)}</p></header>
<main><div class="corps"><figure>${carteSvg(carte, { echelle: true })}${loupe ? `<h2>Agrandissement\u202f: ${echappe(loupe.nom)}</h2>${loupe.svg}` : ''}</figure>
<aside>${f.chiffre ? `<p class="cle">${echappe(f.chiffre.valeur)}</p><p>${echappe(f.chiffre.legende)}</p>` : ''}${
    f.reperes.length > 0
      ? `<ul>${f.reperes.map((x) => `<li>${echappe(x.nom)}\u202f: <strong>${echappe(x.valeur)}</strong></li>`).join('')}</ul>`
      : ''
  }<h2>Légende</h2>${legende(f)}</aside></div>
<h2 id="tableau">Tableau</h2>${tableau(f)}
<h2>Mentions</h2><dl>${m.lignes.map((l) => `<dt>${echappe(l.libelle)}</dt><dd>${echappe(l.texte)}</dd>`).join('')}</dl></main></body></html>
`;
}

function legende(f: Feuille): string {
  const ligne = (signe: string, libelle: string, compte: number) =>
    `<li>${signe}<span>${echappe(libelle)}</span>${nombre(compte)}</li>`;
  const classes =
    f.genre === 'effectifs'
      ? []
      : [...f.legende.classes].reverse().map((c) => ligne(pastille(carre(c.couleur)), c.libelle, c.zones));
  const statuts = f.legende.statuts.map((s) => {
    const id = `l-${s.statut}`;
    const fond = { s: `url(#${id}-hachures)`, nd: `url(#${id}-points)`, so: T.sansObjet }[s.statut];
    const signe = f.ponctuelle
      ? pastille(marquePoint(s.statut, 13, 7, 5, T))
      : pastille(carre(fond), `<defs>${motifs(id, T)}</defs>`);
    return ligne(signe, s.libelle, s.zones);
  });
  const tailles = f.cercles
    ? `<p><strong>${echappe(f.cercles.titre)}</strong>\u202f: ${f.cercles.entrees
        .map(
          (e) =>
            `<svg width="${r(2 * e.rayon + 2)}" height="${r(2 * e.rayon + 2)}" aria-hidden="true"><circle cx="${r(e.rayon + 1)}" cy="${r(e.rayon + 1)}" r="${r(e.rayon)}" fill="none" stroke="${T.encreDouce}"/></svg> ${echappe(e.libelle)}`,
        )
        .join(' ')}</p>`
    : '';
  const perimetre = f.perimetres
    ? `<li>${pastille(`<rect x=".5" y=".5" width="25" height="13" fill="none" stroke="${T.accent}" stroke-dasharray="3 1.6"/>`)}<span>périmètre de QPV</span></li>`
    : '';
  return `<p>Nombre ${echappe(de(f.unitesCarte))} par classe</p><ul class="legende">${classes.join('')}${statuts.join('')}${perimetre}</ul>${tailles}`;
}

function tableau(f: Feuille): string {
  const [nom, valeur, base] = f.tableau.entetes;
  const cellule = (l: Feuille['tableau']['lignes'][number]) =>
    l.statut === 'valeur'
      ? echappe(l.valeur)
      : `<abbr title="${LIBELLES_STATUT[l.statut].libelle}">${echappe(l.valeur)}</abbr>`;
  return `<div class="defile" role="region" aria-label="Tableau" tabindex="0"><table><caption>${echappe(f.tableau.titre)}</caption><thead><tr><th scope="col">${echappe(nom)}</th><th scope="col">${echappe(valeur)}</th><th scope="col">${echappe(base)}</th></tr></thead><tbody>${f.tableau.lignes
    .map(
      (l) =>
        `<tr><th scope="row">${echappe(l.nom)}</th><td>${cellule(l)}</td><td>${echappe(l.base)}</td></tr>`,
    )
    .join('')}</tbody></table></div>`;
}
