/** The kit's attack cases on a real Node server. Page, store and two-build cases need more than this process. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { casSchema } from './acceptance/cas.ts';
import { passer } from './acceptance/main.ts';

const KIT = fileURLToPath(new URL('../../../shared/acceptance/gate/attacks.json', import.meta.url));

test.skipIf(!existsSync(KIT))('attack cases of the kit (skipped when ../shared is missing)', async () => {
  const tous = z.array(casSchema).parse(JSON.parse(readFileSync(KIT, 'utf8')));
  // Timing is measured by `npm run acceptance:gate`, on a machine that does nothing else; slow headers last ten seconds.
  const ici = tous.filter(
    (c) =>
      !['page', 'store', 'dist'].includes(c.request.base) &&
      c.expected.status.length + (c.expected.refused === undefined ? 0 : 1) > 0 &&
      c.id !== 'http-27',
  );
  expect(ici.length).toBeGreaterThan(110);
  const rates = (await passer(ici, 'node')).filter((r) => !r.passe);
  expect(rates).toEqual([]);
});
