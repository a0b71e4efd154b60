/** HTML as text, the same on the server and in the page. Values are escaped unless they are already HTML. */

/** Text that is already safe HTML. */
export class Html {
  readonly texte: string;
  constructor(texte: string) {
    this.texte = texte;
  }
  toString(): string {
    return this.texte;
  }
}

type Valeur = Html | string | number | null | undefined | false | readonly Valeur[];

/** Escape text for elements and double-quoted attributes. */
export function echappe(v: string): string {
  return v.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

function rend(v: Valeur): string {
  if (v === null || v === undefined || v === false) return '';
  if (v instanceof Html) return v.texte;
  if (Array.isArray(v)) return v.map(rend).join('');
  return echappe(String(v));
}

/** Tagged template: html`<p>${texte}</p>`; lists are joined, null and false vanish. */
export function html(morceaux: TemplateStringsArray, ...valeurs: Valeur[]): Html {
  return new Html(morceaux.reduce((s, m, n) => s + rend(valeurs[n - 1]) + m));
}
