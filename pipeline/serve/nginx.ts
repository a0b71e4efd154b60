/**
 * nginx in front of the gate and of the static files (gate.md §2.3, §2.4): the raw target is passed unchanged, several
 * ranges are refused (nginx would answer 200 with the whole file), the client address is set, never appended.
 */
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
  rapide?: { module: string; dossier: string };
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

const FORMAT =
  "log_format carto '$time_iso8601 $request_method $uri $status $body_bytes_sent $request_time';";

/**
 * Locations of the fast path. The module answers a file or nothing; nothing, and every method but GET, is for the gate.
 * What nginx sends here is logged by session, without address nor position: it is part of the audit.
 */
function voieRapide(o: OptionsNginx): string {
  if (!o.rapide) return '';
  return `
    set $carto_session "";
    location /t/ {
      error_page 418 = @garde;
      if ($carto_fichier = "") { return 418; }
      rewrite ^ /_lots/$carto_fichier last;
    }
    location /_lots/ {
      internal;
      alias ${o.rapide.dossier}/;
      error_page 404 = @garde;
      max_ranges 1;
      etag off;
      if_modified_since off;
      limit_req zone=carto_plages burst=300 nodelay;
      limit_req_status 429;
      access_log ${o.entier ? `${o.dossier}/octets.log` : '/var/log/nginx/carto-octets.log'} carto_octets;
      add_header ETag '"$carto_fichier"';
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
  const format = o.rapide
    ? `js_import carto from ${o.rapide.module};
  js_set $carto_fichier carto.fichier;
  log_format carto_octets '$msec $carto_session $body_bytes_sent $status';
  limit_req_zone $carto_session zone=carto_plages:8m rate=60r/s;
  ${FORMAT}`
    : FORMAT;
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
