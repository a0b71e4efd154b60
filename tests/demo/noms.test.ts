/** Invented names must stay invented: checked against the official list where it is at hand. */
import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { ATTAQUES, ATTAQUES_OUEST, FINALES, MILIEUX } from '../../data/demo/noms.ts';
import { assembler, deNom } from '../../pipeline/demo/toponymie.ts';

const OFFICIELLE = new URL('../../../shared/reference/admin/cog2026-communes.json.gz', import.meta.url)
  .pathname;
const simple = (s: string) =>
  s
    .normalize('NFD')
    .replace(/[\u0300-\u036F]/g, '')
    .toLowerCase()
    .replace(/[^a-z]/g, '');

describe('toponymie', () => {
  it('elides as French does', () => {
    expect(deNom('Orvenac')).toBe('d’Orvenac');
    expect(deNom('Corlavac')).toBe('de Corlavac');
  });

  // Needs ../shared/reference beside the project: skipped elsewhere.
  it.skipIf(!existsSync(OFFICIELLE))('cannot make the name of a real commune, whatever the draw', () => {
    const communes = JSON.parse(gunzipSync(readFileSync(OFFICIELLE)).toString('utf8')) as { nom: string }[];
    const reelles = new Set(communes.map((c) => simple(c.nom)));
    const trouvees: string[] = [];
    let possibles = 0;
    for (const aire of FINALES)
      for (const [finale, jamais] of aire)
        for (const milieu of MILIEUX)
          for (const attaque of [...ATTAQUES, ...ATTAQUES_OUEST]) {
            const mot = assembler(attaque, milieu, finale, jamais);
            if (!mot) continue;
            possibles += 1;
            if (reelles.has(simple(mot))) trouvees.push(mot);
          }
    expect(trouvees).toEqual([]);
    expect(possibles).toBeGreaterThan(100_000);
  });
});
