#!/usr/bin/env node
// Set-up for a bare machine: runs on any Node ≥ 20, installs what is missing or says in one line what to type, then
// hands over to the npm script of the same name, where npm puts the modern Node first on the PATH.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { fileURLToPath } from 'node:url';

const racine = fileURLToPath(new URL('..', import.meta.url));
const mode = process.argv[2] ?? 'setup';
const suite = process.argv.slice(3);
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
const dit = (texte) => process.stderr.write(`${texte}\n`);

function lance(programme, args, options = {}) {
  return spawnSync(programme, args, { cwd: racine, stdio: 'inherit', ...options }).status ?? 1;
}
const present = (programme, args = ['--version']) =>
  spawnSync(programme, args, { stdio: 'ignore' }).error === undefined;

function dependances() {
  const verrou = createHash('sha256')
    .update(readFileSync(join(racine, 'package-lock.json')))
    .digest('hex');
  const temoin = join(racine, 'node_modules', '.carto-verrou');
  if (existsSync(temoin) && readFileSync(temoin, 'utf8') === verrou) return;
  dit('Installation des dépendances (npm)…');
  // Not `npm ci`: it refuses a lock without the binaries of other platforms, which a partial registry cannot list. The
  // versions of the lock are kept all the same, and the lock is not rewritten.
  if (lance(npm, ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error']) !== 0) {
    dit(
      'L’installation des dépendances a échoué.\n→ Vérifiez l’accès au registre npm, puis relancez la même commande.',
    );
    process.exit(3);
  }
  mkdirSync(join(racine, 'node_modules'), { recursive: true });
  writeFileSync(temoin, verrou);
}

const OUTILS = {
  tippecanoe: { programme: 'tippecanoe', paquet: 'tippecanoe', autre: 'macOS : brew install tippecanoe' },
  chromium: {
    programme: 'chromium',
    paquet: 'chromium',
    autre: 'installez Chromium et placez-le dans le PATH',
  },
  poppler: {
    programme: 'pdftotext',
    args: ['-v'],
    paquet: 'poppler-utils',
    autre: 'macOS : brew install poppler',
  },
  nginx: { programme: 'nginx', args: ['-v'], paquet: 'nginx-light', autre: 'macOS : brew install nginx' },
  // Fast path of nginx: elsewhere than on Debian its tests are skipped, and say so.
  njs: {
    programme: 'njs (module de nginx)',
    fichier: '/usr/lib/nginx/modules/ngx_http_js_module.so',
    paquet: 'libnginx-mod-http-js',
    debianSeul: true,
  },
};
const la = (o) => (o.fichier ? existsSync(o.fichier) : present(o.programme, o.args));

function debian() {
  try {
    const texte = readFileSync('/etc/os-release', 'utf8');
    return {
      oui: /^ID(_LIKE)?=.*debian/m.test(texte),
      nom: /^VERSION_CODENAME=(\w+)/m.exec(texte)?.[1] ?? '',
    };
  } catch {
    return { oui: false, nom: '' };
  }
}

async function outils(noms) {
  const systeme = debian();
  const manquants = noms.map((n) => OUTILS[n]).filter((o) => !la(o) && (systeme.oui || !o.debianSeul));
  if (manquants.length === 0) return;
  const liste = manquants.map((o) => o.programme).join(', ');
  if (!systeme.oui) {
    dit(`Il manque : ${liste}.`);
    for (const o of manquants) dit(`→ ${o.autre}`);
    process.exit(3);
  }
  // Debian 12 has tippecanoe in its backports only.
  const rapporte = systeme.nom === 'bookworm' && manquants.includes(OUTILS.tippecanoe);
  const source = '/etc/apt/sources.list.d/carto-ops-backports.list';
  const commandes = [
    ...(rapporte
      ? [`printf 'deb http://deb.%s/debian bookworm-backports main\\n' debian.org > ${source}`]
      : []),
    'apt-get update -qq',
    ...(rapporte ? ['apt-get install -y -qq --no-install-recommends -t bookworm-backports tippecanoe'] : []),
    ...(manquants.some((o) => !rapporte || o !== OUTILS.tippecanoe)
      ? [
          `apt-get install -y -qq --no-install-recommends ${manquants
            .filter((o) => !rapporte || o !== OUTILS.tippecanoe)
            .map((o) => o.paquet)
            .join(' ')}`,
        ]
      : []),
  ].join(' && ');
  const administrateur = process.getuid?.() === 0;
  const ligne = administrateur ? commandes : `sudo sh -c "${commandes.replaceAll('"', '\\"')}"`;
  if (!administrateur) {
    if (!process.stdin.isTTY || !present('sudo')) {
      dit(`Il manque : ${liste}.\n→ Tapez en administrateur : ${commandes}`);
      process.exit(3);
    }
    const lecture = createInterface({ input: process.stdin, output: process.stderr });
    const reponse = await lecture.question(`Il manque : ${liste}. Les installer avec apt (sudo) ? [o/N] `);
    lecture.close();
    if (!/^o(ui)?$/i.test(reponse.trim())) {
      dit(`→ Tapez vous-même : ${ligne}`);
      process.exit(3);
    }
  }
  dit(`Installation de ${liste} (apt)…`);
  if (
    lance('sh', ['-c', ligne], {
      stdio: ['inherit', 'ignore', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    }) !== 0 ||
    manquants.some((o) => !la(o))
  ) {
    dit(`L’installation de ${liste} a échoué.\n→ Tapez vous-même : ${ligne}`);
    process.exit(3);
  }
}

dependances();
await outils(mode === 'test' ? ['tippecanoe', 'chromium', 'poppler', 'nginx', 'njs'] : ['tippecanoe']);
if (mode === 'demo') process.exitCode = lance(npm, ['run', '-s', 'carto', '--', 'demo-complete', ...suite]);
else if (mode === 'test') process.exitCode = lance(npm, ['run', '-s', 'suite']);
else dit('Tout est prêt : npm run demo, npm test.');
