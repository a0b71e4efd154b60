/** Small behaviours of the panels: sheets on a phone, filter above the list of indicateurs. */

/** On a phone the choices and the portrait are sheets that slide up; one is open at a time. */
export function feuilles(racine: HTMLElement): void {
  const boutons = [...racine.querySelectorAll<HTMLElement>('[data-ouvre]')];
  const ferme = () => {
    for (const b of boutons) b.setAttribute('aria-expanded', 'false');
    for (const f of racine.querySelectorAll('[data-region]')) f.classList.remove('ouvert');
  };
  for (const b of boutons)
    b.addEventListener('click', () => {
      const nom = b.dataset['ouvre'] ?? '';
      const ouvert = b.getAttribute('aria-expanded') === 'true';
      ferme();
      const cible = racine.querySelector<HTMLElement>(
        nom === 'tableau' ? '#tableau' : `[data-region="${nom}"]`,
      );
      if (nom === 'tableau') {
        cible?.scrollIntoView();
        cible?.focus();
      } else if (!ouvert) {
        cible?.classList.add('ouvert');
        b.setAttribute('aria-expanded', 'true');
      }
    });
  racine.addEventListener('keydown', (e) => e.key === 'Escape' && ferme());
  // `toggle` does not bubble: who opens the list of indicateurs may type at once.
  racine.addEventListener(
    'toggle',
    (e) => {
      const menu = e.target as HTMLDetailsElement;
      if (menu.open && 'menu' in menu.dataset) menu.querySelector('input')?.focus();
    },
    true,
  );
  racine.querySelector('[data-role="cadre"]')?.addEventListener('pointerdown', ferme);
}

/** Typing above the list of indicateurs keeps the ones whose name holds what was typed. */
export function filtreIndicateurs(cible: EventTarget | null): void {
  if (!(cible instanceof HTMLInputElement) || !('filtreIndicateurs' in cible.dataset)) return;
  const simple = (t: string) => t.toLowerCase().normalize('NFD').replaceAll(/\p{M}/gu, '');
  const q = simple(cible.value.trim());
  for (const section of cible.closest('.menu-corps')?.querySelectorAll('section') ?? []) {
    let visibles = 0;
    for (const li of section.querySelectorAll('li')) {
      const garde = simple(li.textContent ?? '').includes(q);
      li.hidden = !garde;
      if (garde) visibles++;
    }
    section.hidden = visibles === 0;
  }
}

/**
 * Draw the choices again and leave the reader where they were: focus, open menu and what was typed in it. A menu closes
 * when it has done its work, which is to change the indicateur.
 */
export function redessine(hote: HTMLElement, contenu: string): void {
  const champ = () => hote.querySelector<HTMLInputElement>('[data-filtre-indicateurs]');
  const courant = () => hote.querySelector<HTMLElement>('[data-choix="indicateur"][aria-current]')?.dataset['valeur'];
  const actif = document.activeElement as HTMLElement | null;
  const la = actif && hote.contains(actif) ? actif : null;
  const ouvert = hote.querySelector('details')?.open === true;
  const [avant, saisie] = [courant(), champ()?.value ?? ''];
  hote.innerHTML = contenu;
  const menu = hote.querySelector('details');
  const filtre = champ();
  if (menu && filtre && ouvert && courant() === avant) {
    menu.open = true;
    filtre.value = saisie;
    filtreIndicateurs(filtre);
  }
  if (!la) return;
  const marques = la.getAttributeNames().filter((n) => n.startsWith('data-') && n !== 'data-menu');
  const pareil = marques.map((n) => `[${n}="${CSS.escape(la.getAttribute(n) ?? '')}"]`).join('');
  const cache = la.dataset['choix'] === 'indicateur' && !menu?.open;
  const meme = pareil && !cache ? hote.querySelector<HTMLElement>(pareil) : null;
  (meme ?? (menu?.open && !la.matches('summary') ? filtre : hote.querySelector('summary')))?.focus();
} // prettier-ignore
