/** Quoting, copying and embedding a view. Nothing here ever holds a grant: the territory page has no address to share. */
import type { Integre } from './etat.ts';

export interface DecorPartage {
  readonly racine: HTMLElement;
  /** Absolute address of the present view, embedded or not; absent where views have no address. */
  readonly adresse?: (integre: Integre) => string;
  annonce(texte: string): void;
}

/** Listen to the buttons of the definition, which is written anew for each view. */
export function branchePartage(d: DecorPartage): void {
  const role = <T extends HTMLElement>(nom: string) => d.racine.querySelector<T>(`[data-role="${nom}"]`);
  const code = () => {
    const zone = role<HTMLTextAreaElement>('code-integration');
    if (!zone || !d.adresse) return;
    const legende = role<HTMLInputElement>('integre-legende')?.checked !== false;
    const titre = (role('titre')?.textContent ?? '').replaceAll('"', '&quot;');
    zone.value = `<iframe src="${d.adresse(legende ? 'legende' : 'carte')}" title="${titre}" width="100%" height="620" loading="lazy"></iframe>`;
  };
  // `toggle` does not bubble.
  d.racine.addEventListener('toggle', (e) => (e.target as Element).matches('[data-role="integration"]') && code(), true); // prettier-ignore
  d.racine.addEventListener('change', (e) => (e.target as Element).matches('[data-role="integre-legende"]') && code()); // prettier-ignore
  d.racine.addEventListener('click', (e) => {
    const quoi = (e.target as Element).closest<HTMLElement>('[data-copie]')?.dataset['copie'];
    const adresse = d.adresse?.('') ?? location.href;
    if (quoi === 'adresse') void copie(adresse);
    else if (quoi === 'citation')
      void copie(`${role('citation')?.textContent ?? ''} ${d.adresse ? adresse : ''}`.trim()); // prettier-ignore
    else if (quoi === 'code') void copie(role<HTMLTextAreaElement>('code-integration')?.value ?? '');
  });
  async function copie(texte: string): Promise<void> {
    const fait = await navigator.clipboard.writeText(texte).then(
      () => true,
      () => false,
    );
    d.annonce(fait ? 'Copié.' : 'Le navigateur a refusé la copie.');
  }
}
