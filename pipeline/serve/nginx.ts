/**
 * nginx in front of the gate and of the static files (gate.md §2.3, §2.4): the raw target is passed unchanged, several
 * ranges are refused (nginx would answer 200 with the whole file), the client address is set, never appended.
 */
import { FORMES } from '../../site/gate/rapide.ts';

/** Fast path of nginx. */
export interface OptionsRapide {
  module: string;
  /** Folder of links of the gate, and the log of bytes that it reads. */
  dossier: string;
  journal: string;
  /** Values of the Host header that it answers to. */
  hotes: readonly string[];
}

export interface OptionsNginx {
  /** Folder of pid, logs and temporary files. */
  dossier: string;
  /** "443 ssl" lines belong to the administrator: this is the plain listener. */
  ecoute: string;
  /** Address of `carto serve`. */
  amont: string;
  /** Names the site answers to. */
  hotes: readonly string[];
  site: string;
  publics: string;
  /** Fast path: the njs module and the folder of links of the gate; without it every byte passes through the gate. */
  rapide?: OptionsRapide;
  /** A whole nginx.conf (tests) rather than the `server` block to include. */
  entier?: boolean;
}

const csp = (formulaires: string, cadre: string) =>
  `default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; font-src 'self'; manifest-src 'self'; frame-ancestors ${cadre}; base-uri 'none'; form-action ${formulaires}`;

const entetesPage = (formulaires: string, cadre = "'none'", xfo = 'DENY') => `
      add_header Content-Security-Policy "${csp(formulaires, cadre)}" always;
      add_header Referrer-Policy no-referrer always;
      add_header X-Content-Type-Options nosniff always;
      add_header Cross-Origin-Opener-Policy same-origin always;
      add_header Cross-Origin-Resource-Policy same-origin always;
      add_header X-Frame-Options ${xfo} always;`;

/** A public map asked for as an insert may be framed by any site; nginx leaves out a header whose value is empty. */
const CADRE = `map $arg_integre $carto_cadre { default "'none'"; legende "*"; carte "*"; }
  map $arg_integre $carto_xfo { default DENY; legende ""; carte ""; }`;

/**
 * A path may hold a link whose `#` a mail filter wrote `%23`: what looks like one, or is longer than any page, is not logged.
 */
const FORMAT = `map $uri $carto_page {
    default $uri;
    "~(?:eyJ|g1\\.|[^/]{65})" -;
  }
  log_format carto '$time_iso8601 $request_method $carto_page $status $body_bytes_sent $request_time';`;

const echapper = (texte: string) => texte.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Headers that change what must be answered: the gate knows how. */
const CONDITIONS = [
  'if_match',
  'if_none_match',
  'if_range',
  'if_modified_since',
  'if_unmodified_since',
  'origin',
  'expect',
  'upgrade',
  'transfer_encoding',
  'content_length',
];

/** Address of the client without its last part: what the gate needs to see a session change networks, and no more. */
const RESEAU = `map $remote_addr $carto_reseau {
    default -;
    "~^(?<carto_v4>\\d+\\.\\d+\\.\\d+)\\." $carto_v4;
    "~^(?<carto_v6>[0-9a-f]+:[0-9a-f]+:[0-9a-f]+):" $carto_v6;
    "~^::ffff:(?<carto_v4m>\\d+\\.\\d+\\.\\d+)\\." $carto_v4m;
    # A run of zeros written "::": what follows it is not the network.
    "~^(?<carto_v62>[0-9a-f]+:[0-9a-f]+)::" "$carto_v62:0";
    "~^(?<carto_v61>[0-9a-f]+)::" "$carto_v61:0:0";
    "~^::" "0:0:0";
  }`;

/** What the fast path asks of the http block. */
function prealable(r: OptionsRapide): string {
  return `js_import carto from ${r.module};
  js_set $carto_fichier carto.fichier;
  # A plain GET for one of these names; a token where one is expected. Everything else is for the gate.
  map "$http_host $request_method ${CONDITIONS.map((c) => `$http_${c}`).join('')}" $carto_simple {
    default 0;
    "~^(?:${r.hotes.map(echapper).join('|')}) GET $" 1;
  }
  map "$request_uri $http_authorization" $carto_forme {
    default 0;
${FORMES.map((f) => `    "~${f}" 1;`).join('\n')}
  }
  ${RESEAU}
  log_format carto_octets '$msec $carto_session $carto_fichier $carto_reseau $body_bytes_sent $status';
  limit_req_zone $carto_session zone=carto_plages:8m rate=60r/s;
  `;
}

/**
 * Location of the fast path. The module answers a path or nothing; nothing is for the gate, and so is a path that does not
 * exist. What nginx sends here is logged by session, without position: the gate reads this file, counts and audits it.
 */
function voieRapide(o: OptionsNginx): string {
  if (!o.rapide) return '';
  return `
    set $carto_session "";
    location ~ ^/t/ {
      error_page 403 404 418 = @garde;
      log_not_found off;
      # A path already open is looked at again after a second: a withdrawal acts then.
      open_file_cache max=1000 inactive=20s;
      open_file_cache_valid 1s;
      open_file_cache_errors off;
      if ($carto_simple = 0) { return 418; }
      if ($carto_forme = 0) { return 418; }
      if ($carto_fichier = "") { return 418; }
      alias ${o.rapide.dossier}/t/$carto_fichier;
      max_ranges 1;
      etag off;
      if_modified_since off;
      limit_req zone=carto_plages burst=300 nodelay;
      limit_req_status 429;
      access_log ${o.rapide.journal} carto_octets;
      add_header ETag '"$carto_id"';
      add_header Accept-Ranges bytes;
      add_header Last-Modified "";
      add_header Cache-Control "private, no-store";
      add_header Referrer-Policy no-referrer;
      add_header X-Content-Type-Options nosniff;
      add_header Cross-Origin-Resource-Policy same-origin;
      types { }
      default_type application/octet-stream;
      gzip off;
    }`;
}

/** Text of the configuration. */
export function configurationNginx(o: OptionsNginx): string {
  const bloc = `
  upstream carto_garde { server ${o.amont}; keepalive 32; }
  server {
    listen ${o.ecoute};
    server_name ${o.hotes.join(' ')};
    server_tokens off;
    absolute_redirect off;
    client_header_timeout 10s;
    client_body_timeout 10s;
    client_max_body_size 8k;
    large_client_header_buffers 4 16k;
    # A line of the error log holds the whole request, its token and the whole address: only what stops nginx is written.
    error_log ${o.entier ? `${o.dossier}/erreurs.log` : '/var/log/nginx/carto-erreurs.log'} emerg;
    # A query may hold a token: the log keeps the path only.
    access_log ${o.entier ? `${o.dossier}/acces.log` : '/var/log/nginx/carto.log'} carto;

${voieRapide(o)}
    location ${o.rapide ? '@garde' : '/t/'} {
      # No URI after the name: the request target reaches the gate byte for byte.
      proxy_pass http://carto_garde;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $remote_addr;
      proxy_set_header X-Forwarded-Host "";
      proxy_set_header X-Original-URI "";
      proxy_set_header X-Rewrite-URL "";
      proxy_max_temp_file_size 0;
      proxy_read_timeout 30s;
      gzip off;
    }
    location = /healthz { proxy_pass http://carto_garde; proxy_set_header Host $http_host; }
    location /public/ {
      alias ${o.publics}/;
      # Several ranges: refused here, since max_ranges would answer with the whole file.
      if ($http_range ~ ",") { return 416; }
      add_header Cache-Control "no-cache";
      add_header X-Content-Type-Options nosniff;
      types { application/vnd.pmtiles pmtiles; application/json json; }
    }
    location ^~ /territoire/ {
      root ${o.site};
      index index.html;
      # Read by name only: no search engine lists it, no form leaves it.${entetesPage("'none'")}
      add_header X-Robots-Tag "noindex, nofollow" always;
    }
    location ^~ /carte/ {
      root ${o.site};
      index index.html;
      error_page 404 /404.html;${entetesPage("'self'", '$carto_cadre', '$carto_xfo')}
      gzip on;
      gzip_types image/svg+xml;
    }
    location / {
      root ${o.site};
      index index.html;
      error_page 404 /404.html;${entetesPage("'self'")}
      gzip on;
      gzip_types text/css text/javascript application/javascript application/json image/svg+xml;
    }
  }`;
  const format = `${o.rapide ? prealable(o.rapide) : ''}${FORMAT}`;
  // A whole configuration is for tests, whose folders only their owner reads.
  if (!o.entier) return `# À inclure dans le bloc http de nginx.\n${CADRE}\n${format}${bloc}\n`;
  const tmp = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((n) => `  ${n}_temp_path ${o.dossier}/tmp_${n};`)
    .join('\n');
  return `${o.rapide ? 'load_module /usr/lib/nginx/modules/ngx_http_js_module.so;\n' : ''}${process.getuid?.() === 0 ? 'user root;\n' : ''}worker_processes 1;
pid ${o.dossier}/nginx.pid;
error_log ${o.dossier}/erreurs.log;
events { worker_connections 512; }
http {
  ${CADRE}
  ${format}
${tmp}
  include /etc/nginx/mime.types;
${bloc}
}
`;
}
