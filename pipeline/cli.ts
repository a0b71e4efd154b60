/**
 * `carto`: arguments → one verb. The composition root: the only file that knows every stage, and the only one that exits.
 */
import { parseArgs } from 'node:util';
import paquet from '../package.json' with { type: 'json' };
import { UserError } from '../data/contract/erreur.ts';
import type { Commande, Option } from './lib/commande.ts';
import { creerJournal } from './lib/journal.ts';

type Chargeur = () => Promise<Commande>;
const unique =
  (charge: () => Promise<{ commande: Commande }>): Chargeur =>
  () =>
    charge().then((m) => m.commande);
const parmi =
  (charge: () => Promise<{ commandes: readonly Commande[] }>, nom: string): Chargeur =>
  () =>
    charge().then((m) => m.commandes.find((c) => c.nom === nom) as Commande);

/** What parseArgs refused, in French. */
function motifArguments(erreur: unknown): string {
  const texte = erreur instanceof Error ? erreur.message : String(erreur);
  const option = /'(?:-\w, )?(--?[\w-]+)/.exec(texte)?.[1] ?? '';
  if (texte.startsWith('Unknown option')) return `Option inconnue : « ${option} ».`;
  if (/argument missing/.test(texte)) return `L’option « ${option} » attend une valeur.`;
  if (/does not take an argument/.test(texte)) return `L’option « ${option} » ne prend pas de valeur.`;
  if (/argument is ambiguous/.test(texte))
    return `La valeur de « ${option} » commence par un tiret : écrivez ${option}=VALEUR.`;
  return `Arguments refusés : ${texte}`;
}

/** Verbs in the order of the flow. */
const VERBES: Record<string, Chargeur> = {
  demo: unique(() => import('./demo/command.ts')),
  check: unique(() => import('./sources/command.ts')),
  build: unique(() => import('./build.command.ts')),
  secret: unique(() => import('./secret/engine/command.ts')),
  audit: unique(() => import('./audit/command.ts')),
  argus: unique(() => import('./audit/argus.command.ts')),
  explain: unique(() => import('./secret/explain.ts')),
  rapport: unique(() => import('./rapport/command.ts')),
  indicateurs: unique(() => import('./indicators/command.ts')),
  oracle: unique(() => import('./oracle/command.ts')),
  site: unique(() => import('./site.command.ts')),
  serve: unique(() => import('./serve/command.ts')),
  convention: parmi(() => import('./links/command.ts'), 'convention'),
  compte: parmi(() => import('./links/command.ts'), 'compte'),
  lien: parmi(() => import('./links/command.ts'), 'lien'),
  publish: unique(() => import('./serve/publier.ts')),
  cle: parmi(() => import('./links/command.ts'), 'cle'),
  registre: parmi(() => import('./links/command.ts'), 'registre'),
  incident: parmi(() => import('./links/command.ts'), 'incident'),
  suivi: parmi(() => import('./links/command.ts'), 'suivi'),
  purge: parmi(() => import('./portee/command.ts'), 'purge'),
  lots: parmi(() => import('./portee/command.ts'), 'lots'),
  verify: parmi(() => import('./portee/command.ts'), 'verify'),
  export: unique(() => import('../site/export/command.ts')),
  'demo-complete': unique(() => import('./demo.command.ts')),
};
const CACHES = new Set(['demo-complete']);

const COMMUNES: Record<string, Option> = {
  json: { type: 'boolean', aide: 'résultat et messages en JSON, pour une machine' },
  help: { type: 'boolean', short: 'h', aide: 'cette aide' },
};

async function aideGenerale(): Promise<string> {
  const lignes: string[] = [];
  for (const [nom, charge] of Object.entries(VERBES)) {
    if (!CACHES.has(nom)) lignes.push(`  ${nom.padEnd(12)} ${(await charge()).resume}`);
  }
  return `Carto OPS : la cartographie ouverte de l’occupation du parc social.\n\nUsage : carto VERBE [options]\n\n${lignes.join('\n')}\n\nAide d’un verbe : carto VERBE --help`;
}

function aide(c: Commande): string {
  const options = Object.entries({ ...c.options, ...COMMUNES }).map(([nom, o]) => {
    const forme = `--${nom}${o.type === 'string' ? ` ${o.valeur ?? 'TEXTE'}` : ''}`;
    const defaut = o.default === undefined || o.default === false ? '' : ` (par défaut : ${o.default})`;
    return `  ${forme.padEnd(26)} ${o.aide}${defaut}`;
  });
  return `carto ${c.nom}${c.positionnels === undefined ? '' : ` ${c.positionnels}`} : ${c.resume}\n\n${options.join('\n')}`;
}

async function principal(argv: readonly string[]): Promise<void> {
  const [verbe, ...reste] = argv;
  const ecrit = (texte: string) => void process.stdout.write(`${texte}\n`);
  if (verbe === undefined || verbe === '--help' || verbe === '-h' || verbe === 'aide')
    return ecrit(await aideGenerale());
  if (verbe === '--version' || verbe === '-v') return ecrit(`carto ${paquet.version}`);
  const charge = VERBES[verbe];
  if (charge === undefined) {
    throw new UserError(`Verbe inconnu : « ${verbe} ».`, {
      code: 2,
      hint: `Verbes : ${Object.keys(VERBES)
        .filter((v) => !CACHES.has(v))
        .join(', ')}.`,
    });
  }
  const commande = await charge();
  let lus: ReturnType<typeof parseArgs>;
  try {
    const options = Object.fromEntries(
      Object.entries({ ...commande.options, ...COMMUNES }).map(
        ([nom, { type, short, multiple, default: defaut }]) => [
          nom,
          {
            type,
            ...(short === undefined ? {} : { short }),
            ...(multiple === undefined ? {} : { multiple }),
            ...(defaut === undefined ? {} : { default: defaut }),
          },
        ],
      ),
    );
    lus = parseArgs({ args: reste, options, allowPositionals: true, strict: true });
  } catch (erreur) {
    throw new UserError(motifArguments(erreur), { code: 2, hint: `Aide : carto ${verbe} --help` });
  }
  if (lus.values.help) return ecrit(aide(commande));
  const json = lus.values.json === true;
  await commande.run(
    { values: lus.values as Record<string, string | boolean | undefined>, positionals: lus.positionals },
    { journal: creerJournal(json ? { json: true } : {}), json, ecrit },
  );
}

try {
  await principal(process.argv.slice(2));
} catch (erreur) {
  if (erreur instanceof UserError && process.argv.includes('--json')) {
    // `motif` is the code of a refusal, where there is one: the sentence may change, not the code.
    const { motif } = erreur as UserError & { motif?: string };
    process.stderr.write(
      `${JSON.stringify({ erreur: erreur.message, conseil: erreur.hint, motif, code: erreur.code })}\n`,
    );
    process.exitCode = erreur.code;
  } else if (erreur instanceof UserError) {
    process.stderr.write(`\n${erreur.message}${erreur.hint === undefined ? '' : `\n→ ${erreur.hint}`}\n`);
    process.exitCode = erreur.code;
  } else {
    process.stderr.write(
      `\nErreur inattendue (ce n’est pas vous) :\n${erreur instanceof Error ? erreur.stack : String(erreur)}\n`,
    );
    process.exitCode = 70;
  }
}
