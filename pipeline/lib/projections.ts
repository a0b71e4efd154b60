/** Coordinate systems of French sources (geodata.md §2.2, §2.5), by EPSG code, and the 200 m grid. */
import proj4 from 'proj4';
import { UserError } from '../../data/contract/erreur.ts';

const utm = (zone: number, sud: boolean) =>
  `+proj=utm +zone=${zone}${sud ? ' +south' : ''} +ellps=GRS80 +towgs84=0,0,0,0,0,0,0 +units=m +no_defs`;

const DEFINITIONS: Readonly<Record<number, string>> = {
  4326: '+proj=longlat +datum=WGS84 +no_defs',
  4171: '+proj=longlat +ellps=GRS80 +towgs84=0,0,0,0,0,0,0 +no_defs',
  2154: '+proj=lcc +lat_0=46.5 +lon_0=3 +lat_1=49 +lat_2=44 +x_0=700000 +y_0=6600000 +ellps=GRS80 +towgs84=0,0,0,0,0,0,0 +units=m +no_defs',
  3035: '+proj=laea +lat_0=52 +lon_0=10 +x_0=4321000 +y_0=3210000 +ellps=GRS80 +towgs84=0,0,0,0,0,0,0 +units=m +no_defs',
  5490: utm(20, false),
  2972: utm(22, false),
  2975: utm(40, true),
  4471: utm(38, true),
  32620: utm(20, false),
  32622: utm(22, false),
  32740: utm(40, true),
  32738: utm(38, true),
  4559: utm(20, false),
};

export type Point = [number, number];

function definition(epsg: number): string {
  const d = DEFINITIONS[epsg];
  if (d === undefined) {
    throw new UserError(`Système de coordonnées inconnu : EPSG ${epsg}.`, {
      hint: `Systèmes reconnus : ${Object.keys(DEFINITIONS).join(', ')}.`,
    });
  }
  return d;
}

/** True when `epsg` is one we can reproject. */
export function epsgConnu(epsg: number): boolean {
  return epsg in DEFINITIONS;
}

const cache = new Map<string, proj4.Converter>();
function convertisseur(de: number, vers: number): proj4.Converter {
  const cle = `${de}>${vers}`;
  let c = cache.get(cle);
  if (c === undefined) cache.set(cle, (c = proj4(definition(de), definition(vers))));
  return c;
}

/** Function from projected metres (or degrees) to [longitude, latitude] WGS84. */
export function versWgs84(epsg: number): (p: Point) => Point {
  if (epsg === 4326) return (p) => p;
  const c = convertisseur(epsg, 4326);
  return (p) => c.forward(p) as Point;
}

/** Function from [longitude, latitude] WGS84 to the projected system. */
export function depuisWgs84(epsg: number): (p: Point) => Point {
  if (epsg === 4326) return (p) => p;
  const c = convertisseur(4326, epsg);
  return (p) => c.forward(p) as Point;
}

export const PAS_CARREAU = 200;

/** Grid system of a point: LAEA (EPSG 3035) in the mainland's frame, the local UTM elsewhere (geodata.md §2.6). */
export function systemeCarreau(lon: number, lat: number): number {
  if (lon > -12 && lon < 16 && lat > 40 && lat < 53) return 3035;
  if (lon < -58) return 5490;
  if (lon < -48) return 2972;
  return lon > 50 ? 2975 : 4471;
}

/** Inspire-like identifier of the 200 m cell that holds a point: CRS3035RES200mN<y>E<x>, lower-left corner in metres. */
export function carreauDe(lon: number, lat: number): string {
  const epsg = systemeCarreau(lon, lat);
  const [x, y] = depuisWgs84(epsg)([lon, lat]);
  const bas = (v: number) => Math.floor(v / PAS_CARREAU) * PAS_CARREAU;
  return `CRS${epsg}RES${PAS_CARREAU}mN${bas(y)}E${bas(x)}`;
}

/** Ring of a cell as a geographic quadrilateral, closed, counter-clockwise, 6 decimals. */
export function contourCarreau(code: string): Point[] {
  const m = /^CRS(\d+)RES(\d+)mN(-?\d+)E(-?\d+)$/.exec(code);
  if (!m)
    throw new UserError(`Identifiant de carreau illisible : « ${code} ».`, {
      hint: 'Attendu : CRS3035RES200mN…E….',
    });
  const [epsg, pas, n, e] = m.slice(1).map(Number) as [number, number, number, number];
  const vers = versWgs84(epsg);
  const coins: Point[] = [
    [e, n],
    [e + pas, n],
    [e + pas, n + pas],
    [e, n + pas],
    [e, n],
  ];
  return coins.map((p) => vers(p).map((v) => Math.round(v * 1e6) / 1e6) as Point);
}
