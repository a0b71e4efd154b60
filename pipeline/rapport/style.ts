/** The sheet of the report: light, dark and A4. No font file and no script, so that one file is the whole document. */
import { contraste, couleurs, TEINTES, type Mode } from '../../site/carto/palette.ts';
import { CLASSES_DITES } from './html.ts';

const ENCRES = ['#1a1d21', '#ffffff'] as const;

/** Colours of a mode: classes of loss with the ink readable on each, then fates of units. */
function jetons(mode: Mode): string {
  const t = TEINTES[mode];
  const clair = mode === 'clair';
  const classes = couleurs(CLASSES_DITES.length, 'sequentielle', mode)
    .map((c, i) => {
      const encre = contraste(c, ENCRES[0]) >= contraste(c, ENCRES[1]) ? ENCRES[0] : ENCRES[1];
      return `--classe-${i}:${c};--encre-${i}:${encre}`;
    })
    .join(';');
  return `${classes};--papier:${clair ? '#fdfcfa' : t.papier};--papier-2:${clair ? '#f6f4ef' : '#1c2025'};--encre:${t.encre};--douce:${t.encreDouce};--filet:${clair ? '#dcd8d0' : '#343a41'};--accent:${t.accent};--contour:${t.contour};--bord:${clair ? '#8f8a80' : '#6b737c'};--publie:${clair ? '#c9d3d9' : '#3c4750'};--secondaire:${clair ? '#253494' : '#eef8b4'};--qualite:${clair ? '#9a9a94' : '#7d858d'};--primaire:${clair ? '#5f6368' : '#b4bbc2'};--hachure:${t.secretTrait};--vide:${t.secretFond}`;
}

const classes = CLASSES_DITES.map(
  (_, i) => `.k${i}{background:var(--classe-${i});color:var(--encre-${i})}`,
).join('\n');

export const STYLE = `:root{color-scheme:light dark;${jetons('clair')}}
@media screen and (prefers-color-scheme:dark){:root{${jetons('sombre')}}}
*{box-sizing:border-box}
body{margin:0;background:var(--papier);color:var(--encre);font:16px/1.5 'Source Sans 3','Source Sans Pro',system-ui,sans-serif;font-variant-numeric:tabular-nums lining-nums;overflow-wrap:break-word}
header,main,footer{max-width:76rem;margin:0 auto;padding:0 1.5rem}
.marque{background:var(--accent);color:var(--papier);font-weight:600;text-align:center;padding:.4rem 1rem;margin:0;max-width:none}
h1{font-size:1.9rem;line-height:1.2;margin:1.5rem 0 .25rem}
h2{font-size:1.35rem;margin:2.75rem 0 .75rem;padding-top:.75rem;border-top:2px solid var(--encre)}
h3{font-size:1.05rem;margin:1.75rem 0 .4rem}
p,ul{max-width:46rem}
a{color:inherit;text-decoration-color:var(--accent);text-underline-offset:.2em}
nav ol{padding-left:1.2rem;columns:2 18rem;max-width:46rem}
.note{color:var(--douce);font-size:.9rem}
code{font:.86em ui-monospace,'DejaVu Sans Mono',monospace;overflow-wrap:anywhere}
.chiffres{display:grid;grid-template-columns:repeat(auto-fit,minmax(13rem,1fr));gap:1rem 1.5rem;margin:1rem 0}
.chiffres div{border-top:1px solid var(--bord);padding-top:.4rem}
.chiffres dt{font-size:.9rem}
.chiffres dd{margin:0;font-size:1.6rem;font-weight:600;line-height:1.25}
.chiffres dd.note{font-size:.9rem;font-weight:400}
.tableau{margin:1.5rem 0}
.tableau figcaption{font-weight:600;font-size:1rem;margin:0 0 .3rem}
.defile{overflow-x:auto}
.defile:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
table{border-collapse:collapse;font-size:.9rem;line-height:1.35;min-width:100%}
th,td{padding:.28rem .55rem;text-align:right;vertical-align:baseline;border-bottom:1px solid var(--filet)}
td{white-space:nowrap}
thead th{vertical-align:bottom;border-bottom:1px solid var(--bord);font-weight:600;color:var(--douce)}
th[scope=row]{text-align:left;font-weight:400;position:sticky;left:0;background:var(--papier);min-width:9rem;max-width:20rem}
.t{text-align:left;white-space:normal;min-width:6rem}
tfoot th[scope=row],tfoot td{font-weight:600;border-top:1px solid var(--bord);border-bottom:0}
.grille th,.grille td{padding:.28rem .4rem}
.grille abbr{text-decoration:none}
.barre{display:inline-block;width:8rem;height:.7rem;vertical-align:middle;border:1px solid var(--bord)}
rect.publie{fill:var(--publie)}rect.secondaire{fill:var(--secondaire)}rect.qualite{fill:var(--qualite)}rect.primaire{fill:var(--primaire)}
.cle{font-size:.85rem;color:var(--douce);margin-top:-.75rem}
.cle span,.legende span{display:inline-block;width:1.5rem;height:.85rem;margin:0 .4rem 0 .8rem;vertical-align:-.05rem;border:1px solid var(--bord)}
.cle span.publie{background:var(--publie)}.cle span.secondaire{background:var(--secondaire)}.cle span.qualite{background:var(--qualite)}.cle span.primaire{background:var(--primaire)}
.legende{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:.25rem .75rem;font-size:.9rem;max-width:none}
.legende span{margin-left:0}
.legende span.vide{background:repeating-linear-gradient(135deg,var(--hachure) 0 1px,var(--vide) 1px 4px)}
${classes}
td.k0{background:none;color:var(--douce)}
.cartes{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,24rem),1fr));gap:1.5rem 2rem}
figure{margin:0}
.cartes figure{break-inside:avoid}
figcaption{font-size:.95rem;margin-bottom:.5rem}
.carte{display:block;width:100%;height:auto}
.carte g[class^=classe-]{stroke:var(--contour)}
.carte .statut-so{fill:url(#perte-hachures);stroke:var(--contour)}
.hors{position:absolute}.hors rect{fill:var(--vide)}.hors path{stroke:var(--hachure)}
.carte text{fill:var(--encre);stroke:none}
.carte g[font-family]>path{stroke:var(--encre)}
summary{cursor:pointer}
.commandes dt{margin-top:.75rem}
.commandes dd{margin:.1rem 0 0}
footer{margin-top:3rem;padding-bottom:2.5rem;color:var(--douce);font-size:.9rem}
@media (max-width:40rem){header,main,footer{padding:0 1rem}h1{font-size:1.5rem}th[scope=row]{max-width:11.5rem;min-width:7rem}.t{min-width:8rem}}
@page{size:A4;margin:16mm 12mm 18mm;@bottom-left{content:'Confidentiel : ne pas diffuser';font:8pt sans-serif}@bottom-right{content:counter(page) ' / ' counter(pages);font:8pt sans-serif}}
@media print{#cartes p,.legende{break-after:avoid}html{font-size:9.5pt}:root{--papier:#fff}body{font-size:1rem;print-color-adjust:exact;-webkit-print-color-adjust:exact}header,main,footer{max-width:none;padding:0}
h2,h3,figcaption{break-after:avoid}h2{margin-top:1.5rem}.defile{overflow:visible}.tableau{margin:.9rem 0}table{font-size:7.6pt}.tableau figcaption{font-size:1rem}tr{break-inside:avoid}tbody tr:nth-last-child(-n+2){break-after:avoid}thead{display:table-header-group}tfoot{display:table-row-group}
th,td{padding:.18rem .3rem}.grille th,.grille td{padding:.15rem .18rem}.barre{width:5rem}.t{min-width:0}th[scope=row]{position:static;min-width:0}.cartes{grid-template-columns:1fr 1fr;gap:1rem}details,nav{display:none}}
`;
