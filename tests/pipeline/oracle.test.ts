/** Three million real dwellings against the official figures, where the reference folder is. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { journalMuet } from '../../pipeline/lib/journal.ts';
import { oracle } from '../../pipeline/oracle/command.ts';

const REFERENCE = fileURLToPath(new URL('../../../shared/reference', import.meta.url));
const present = existsSync(REFERENCE);
if (!present) process.stderr.write('Oracle ignoré : le dossier ../shared/reference est absent.\n');

describe.runIf(present)('oracle', () => {
  it(
    'agrees with every comparable published cell, through the passage tables',
    { timeout: 900_000 },
    async () => {
      const o = await oracle(REFERENCE, journalMuet);
      for (const c of Object.values(o.comptes)) expect(c.gardees + c.rejetees).toBe(c.entree);
      expect(o.cog2019.comparables).toBeGreaterThan(10_000);
      expect(o.cog2019.ecarts).toEqual([]);
      expect(o.cog2025).toMatchObject({
        '242100410': { attendu: 24_431, calcule: 24_431 },
        '200093201': { attendu: 132_817, calcule: 132_817 },
        '200040459': { attendu: 3848, calcule: 3848 },
      });
    },
  );
});
