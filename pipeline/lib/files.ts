/** Disk effects of the pipeline: every write goes to a temporary name, then is renamed. */
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Write a whole file so that readers see the old content or the new one, never a part. */
export async function writeAtomic(path: string, content: string | Uint8Array): Promise<void> {
  await replaceAtomic(path, (temporary) => writeFile(temporary, content));
}

/** Let `write` fill a temporary path in the same folder (same extension, for tools that look at it), then rename it. */
export async function replaceAtomic(
  path: string,
  write: (temporary: string) => Promise<void>,
): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const dot = path.lastIndexOf('.');
  const extension = dot > path.lastIndexOf('/') ? path.slice(dot) : '';
  const temporary = join(dirname(path), `.tmp-${randomBytes(6).toString('hex')}${extension}`);
  try {
    await write(temporary);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true, recursive: true });
    throw error;
  }
}

/** JSON with a final newline; key order is the insertion order, so callers keep it deterministic. */
export async function writeJson(path: string, value: unknown, indent = 0): Promise<void> {
  await writeAtomic(path, `${JSON.stringify(value, null, indent)}\n`);
}

export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** sha256 of a whole file and of each of its blocks of `taille` bytes (the last one shorter), in one reading. */
export async function empreintesBlocs(
  path: string,
  taille: number,
): Promise<{ sha256: string; taille: number; blocs: string[] }> {
  const hash = createHash('sha256');
  const blocs: string[] = [];
  let total = 0;
  const fichier = await open(path);
  try {
    const bloc = Buffer.alloc(taille);
    for (;;) {
      let lus = 0;
      while (lus < taille) {
        const { bytesRead } = await fichier.read(bloc, lus, taille - lus);
        if (bytesRead === 0) break;
        lus += bytesRead;
      }
      if (lus === 0) break;
      const octets = bloc.subarray(0, lus);
      hash.update(octets);
      blocs.push(sha256(octets));
      total += lus;
      if (lus < taille) break;
    }
  } finally {
    await fichier.close();
  }
  return { sha256: hash.digest('hex'), taille: total, blocs };
}

/** Streaming sha256 of a file, lower-case hex. */
export async function sha256File(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
  return hash.digest('hex');
}
