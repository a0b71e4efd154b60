/**
 * Advance widths of Source Sans 3, so that a page breaks its lines the same way in a browser, in Node and in Typst.
 * Thousandths of an em, from the `hmtx` table of the `source-sans` package (OFL-1.1); kerning is ignored.
 */
const CARACTERES =
  ' !"#$%&\'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]_abcdefghijklmnopqrstuvwxyz\u00a0«°²·»ÀÂÇÈÉÊËÎÏÔÙÛÜàâäçèéêëîïôöùûüÿŒœ–—‘’“”…\u202f€−≤≥';
const REGULAR =
  '200 289 426 497 497 824 609 249 303 303 418 497 249 311 249 350 497 497 497 497 497 497 497 497 497 497 249 249 497 497 497 425 847 544 588 571 615 527 494 617 652 263 480 579 486 727 647 664 566 664 569 534 536 645 515 786 513 476 539 303 303 500 504 553 456 555 496 292 504 544 246 247 495 255 829 547 542 555 555 347 419 338 544 467 719 446 467 425 200 429 331 367 249 429 544 544 571 527 527 527 527 263 263 664 645 645 645 504 504 504 456 496 496 496 496 246 246 542 542 544 544 544 467 847 839 480 800 249 249 426 426 948 120 497 497 497 497';
const SEMIBOLD =
  '200 315 482 513 513 841 639 275 324 324 438 513 275 322 275 344 513 513 513 513 513 513 513 513 513 513 275 275 513 513 513 444 875 558 597 576 625 538 510 628 663 282 494 597 502 745 657 674 582 674 592 545 546 655 536 800 541 501 540 324 324 500 516 563 462 564 507 317 520 558 262 263 522 271 843 560 549 564 564 373 431 361 556 495 748 481 495 443 200 455 348 372 275 455 558 558 576 538 538 538 538 282 282 674 655 655 655 516 516 516 462 507 507 507 507 262 262 549 549 556 556 556 495 859 830 480 800 275 275 482 482 964 120 513 513 513 513';

const table = (ligne: string): ReadonlyMap<string, number> => {
  const avances = ligne.split(' ').map(Number);
  return new Map([...CARACTERES].map((c, i) => [c, avances[i] as number]));
};
const REGULIER = table(REGULAR);
const GRAS = table(SEMIBOLD);
/** Letters outside the table (rare names) count as a wide one: a box may be too large, never too small. */
const INCONNU = 650;

/** Width of a text at a font size, in the unit of the size. */
export function largeurTexte(texte: string, corps: number, gras = false): number {
  const t = gras ? GRAS : REGULIER;
  let total = 0;
  for (const c of texte) total += t.get(c) ?? INCONNU;
  return (total * corps) / 1000;
}

/** A piece of a paragraph in one weight. */
export interface Morceau {
  readonly t: string;
  readonly gras?: boolean;
}

/**
 * Break a paragraph into lines no wider than `largeur`. Only plain spaces break: no-break spaces hold numbers and
 * their units together. A word wider than the line stands alone on it.
 */
export function coupe(morceaux: readonly Morceau[], largeur: number, corps: number): Morceau[][] {
  const mots = morceaux.flatMap(({ t, gras = false }) =>
    t
      .split(/(?<= )/)
      .filter((m) => m !== '')
      .map((m) => ({ t: m, gras })),
  );
  const lignes: Morceau[][] = [];
  let ligne: { t: string; gras: boolean }[] = [];
  let occupe = 0;
  // Two pieces may touch without a space (a bold label, then its colon): they break together.
  for (let i = 0; i < mots.length;) {
    let j = i + 1;
    while (j < mots.length && !(mots[j - 1] as Morceau).t.endsWith(' ')) j++;
    const groupe = mots.slice(i, j);
    const plein = groupe.reduce((s, m) => s + largeurTexte(m.t, corps, m.gras), 0);
    const nu = plein - ((groupe.at(-1)?.t.endsWith(' ') ?? false) ? largeurTexte(' ', corps) : 0);
    if (ligne.length > 0 && occupe + nu > largeur) {
      lignes.push(fusionne(ligne));
      ligne = [];
      occupe = 0;
    }
    ligne.push(...groupe);
    occupe += plein;
    i = j;
  }
  if (ligne.length > 0) lignes.push(fusionne(ligne));
  return lignes;
}

function fusionne(ligne: readonly { t: string; gras: boolean }[]): Morceau[] {
  const resultat: { t: string; gras: boolean }[] = [];
  for (const m of ligne) {
    const avant = resultat.at(-1);
    if (avant && avant.gras === m.gras) avant.t += m.t;
    else resultat.push({ ...m });
  }
  const dernier = resultat.at(-1);
  if (dernier) dernier.t = dernier.t.replace(/ +$/, '');
  return resultat.filter((m) => m.t !== '').map(({ t, gras }) => (gras ? { t, gras } : { t }));
}
