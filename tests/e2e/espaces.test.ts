import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MANQUE } from './outils.ts';

/** Words that a template glued: across an inline tag, or after the end of a sentence. Line ends of `.astro` files vanish. */
const COLLES = [
  /[\p{L}\d.,;:)»]<(?:a|code|strong|em|abbr)\b[^>]*>[\p{L}\d«(]/gu,
  /[\p{L}\d]<\/(?:a|code|strong|em|abbr)>[\p{L}\d«(]/gu,
  /\p{Ll}[)»]?[.;:!?][A-ZÀ-Ý]\p{Ll}/gu,
];

describe.skipIf(MANQUE)('spaces of the built pages', () => {
  it('keeps words apart in every page', () => {
    const dist = join(process.env['CARTO_E2E'] as string, 'dist');
    const pages = globSync('**/*.html', { cwd: dist });
    expect(pages.length).toBeGreaterThan(100);
    const colles = pages.flatMap((p) => {
      const corps = readFileSync(join(dist, p), 'utf8')
        .replace(/^[\s\S]*<body/, '')
        .replaceAll(/<(script|style|svg)\b[\s\S]*?<\/\1>/g, ' ')
        // A code is one word, whatever it holds; a formula is a block of its own.
        .replaceAll(/<code class="formule">[\s\S]*?<\/code>/g, ' ')
        .replaceAll(/<code>[^<]*<\/code>/g, '<code>x</code>');
      return COLLES.flatMap((r) => [...corps.matchAll(r)].map((m) => `${p}: ${m[0]}`));
    });
    expect(colles).toEqual([]);
  });
});
