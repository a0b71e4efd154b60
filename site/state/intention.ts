/**
 * The interactive map costs its reader half a megabyte and a second of processor: it starts at the first sign that the
 * page is being used (pointer, touch, wheel, key, scroll), over a static map that shows the same. What needs the map at
 * once (an address with a zone, a comparison, a frame in another site) does not wait.
 */
const SIGNES = ['pointermove', 'pointerdown', 'touchstart', 'wheel', 'keydown', 'scroll', 'focusin'] as const;

/** Resolves at the first sign of use. */
export function intention(): Promise<void> {
  return new Promise((ok) => {
    const fini = () => {
      for (const s of SIGNES) removeEventListener(s, fini, true);
      ok();
    };
    for (const s of SIGNES) addEventListener(s, fini, { capture: true, passive: true });
  });
}
