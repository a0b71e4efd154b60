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
      const garde = simple(
        `${li.textContent ?? ''} ${li.firstElementChild?.getAttribute('title') ?? ''}`,
      ).includes(q);
      li.hidden = !garde;
      if (garde) visibles++;
    }
    section.hidden = visibles === 0;
  }
}
